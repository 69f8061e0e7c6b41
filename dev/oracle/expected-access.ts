import type { DirectoryView } from '../simulator/world/directory-view.ts';
import { counting, type OracleException } from './exceptions.ts';
import { expectedFacts, type HeldFacts } from './expected-facts.ts';
import { expectedUser, type ExpectedUser } from './expected-user.ts';
import { mappings, type OraclePin, type OracleRules } from './rules.ts';

export interface OracleInput {
  /** The primary copy. */
  readonly directory: DirectoryView;
  readonly rules: OracleRules;
  /** Of rules that name their groups. */
  readonly pins: readonly OraclePin[];
  /** Users who have a record. */
  readonly known: ReadonlySet<string>;
  /** What open holds keep, by user id. */
  readonly held: ReadonlyMap<string, HeldFacts>;
  /** By user id, those that are over included. */
  readonly exceptions: ReadonlyMap<string, readonly OracleException[]>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Everybody who should have a record, with what it should say: promise 2, from scratch. */
export function expectedAccess(input: OracleInput): ReadonlyMap<string, ExpectedUser> {
  const { directory, rules, known, exceptions } = input;
  const mapped = mappings(rules, input.pins);
  const inMappedGroups = mapped.flatMap(({ groupId }) => directory.transitiveMembers(groupId));
  const users = [...inMappedGroups, ...exceptions.keys()].filter((id) => directory.user(id) !== undefined);
  return new Map(
    [...new Set([...known, ...users])].map((userId) => {
      const facts = expectedFacts(directory, userId, input.held.get(userId));
      return [userId, expectedUser(facts, rules, mapped, counting(exceptions.get(userId) ?? [], input.now))];
    }),
  );
}
