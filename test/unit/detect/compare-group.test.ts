import { compareGroup } from '../../../src/lib/detect/compare-group.ts';
import { mappedGroups } from '../../../src/lib/model/active-rules.ts';
import type { GroupFact } from '../../../src/lib/model/facts.ts';
import { inSince } from '../../builders/facts.ts';
import { userId } from '../../builders/record.ts';
import { alpha, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';
import { groupInfo } from '../rules/sample-document.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { watchedGroup } from './fake-tenant.ts';

/** A group that was mapped at `at(0)` and as direct at `at(10)`, compared an hour later. */
const rules = rulesOf([rule('a', alpha, ['user'], { membership: 'direct' })], {
  mappedSince: at(0),
  directSince: at(10),
});

interface Listed {
  readonly member: boolean;
  readonly direct: boolean;
}

/** Who is enqueued, and which losses are brought to the ledger, where this is recorded and listed of one user. */
async function compared(fact: GroupFact | undefined, listed: Listed) {
  const raised: unknown[] = [];
  const none = unexpectedPorts();
  const group = mappedGroups(rules).get(alpha);
  if (!group) throw new Error('The group is mapped.');
  const ports = unexpectedPorts({
    clock: { now: () => new Date(at(60)) },
    directory: {
      ...none.directory,
      readGroups: async () => new Map([[alpha, { evidence: 'present', info: groupInfo(alpha, 'Group a') }]]),
      listMembers: async function* (_id, { transitive }) {
        if (transitive ? listed.member : listed.direct) yield [{ id: userId, type: 'user' }];
      },
    },
    watched: {
      find: async () => watchedGroup(alpha),
      list: async () => [],
      change: async (_id, change) => change(watchedGroup(alpha)),
    },
    derived: {
      ...none.derived,
      members: async function* () {
        if (fact) yield { userId, fact };
      },
    },
    ledger: {
      ...none.ledger,
      raise: async (_ledger, losses) => void raised.push(...losses),
      find: async () => undefined,
      rebase: async () => undefined,
    },
  });
  const users = await compareGroup(ports, group, rules.document);
  return { users: users.map(({ hint }) => hint?.membership), raised };
}

const nested: Listed = { member: true, direct: false };
const directly: Listed = { member: true, direct: true };
const out: Listed = { member: false, direct: false };

const both = (directSince: string): GroupFact => ({ member: inSince(at(5)), direct: inSince(directSince) });

describe('a mapped group against what is recorded', () => {
  it.each<[string, GroupFact | undefined, Listed, readonly string[], readonly unknown[]]>([
    ['as it is recorded', both(at(15)), directly, [], []],
    ['who is new', undefined, nested, ['joined'], []],
    ['who left', both(at(15)), out, ['left'], [{ userId, since: at(5) }]],
    ['who is in it through another group now', both(at(15)), nested, ['joined'], [{ userId, since: at(15) }]],
    ['who is in it directly now', { member: inSince(at(5)) }, directly, ['joined'], []],
    ['who was recorded before it was mapped', { member: inSince(at(-5)) }, nested, ['joined'], []],
    ['who left before it was mapped', { member: inSince(at(-5)) }, out, [], []],
    // Directness from before some rule wanted it counts as not recorded: it gives nothing and is no loss.
    ['whose directness was recorded before it was wanted', both(at(8)), directly, ['joined'], []],
    ['whose directness ended before it was wanted', both(at(8)), nested, [], []],
  ])('%s', async (_case, fact, listed, users, raised) => {
    expect(await compared(fact, listed)).toEqual({ users, raised });
  });
});
