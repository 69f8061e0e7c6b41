import type { ActiveRules, Pin } from '../model/active-rules.ts';
import { type ShownGroup, showGroup } from '../model/group-description.ts';
import type { JobState } from '../model/job-state.ts';
import type { RulesVersion } from '../model/rules-version.ts';
import type { Needs } from './needs.ts';

/** Where the activation of a version stands. */
type ActivationStep = Extract<JobState, { kind: 'activate' }>['step'];

/** A version in the list of versions. */
export interface ListedVersion extends RulesVersion {
  readonly inForce: boolean;
}

/** A version with its content. */
export interface ShownRules extends ListedVersion {
  /** Absent before its activation was begun. `done`: every recorded user who differed is enqueued. */
  readonly activation?: ActivationStep;
  readonly document: ActiveRules['document'];
  readonly pins: readonly ShownPin[];
}

/** A pin, with what its group was found to be and where its members are managed; absent while the group is not watched. */
export interface ShownPin extends Pin {
  readonly group?: ShownGroup;
}

type RulesPorts = Needs<{
  rules: 'activeVersion' | 'version' | 'versions';
  watched: 'list';
  jobs: 'peek';
}>;

/** One version with its document and pins; the one in force unless a number is given. Undefined: there is no such version. */
export async function readRules(ports: RulesPorts, wanted?: number): Promise<ShownRules | undefined> {
  const active = await ports.rules.activeVersion();
  const version = wanted ?? active;
  const about = (await listVersions(ports)).find((stored) => stored.version === version);
  if (about === undefined) return undefined;
  const { document, pins } = await ports.rules.version(version);
  const groups = new Map((await ports.watched.list()).map(({ groupId, info }) => [groupId, info]));
  const state = await ports.jobs.peek('activate', String(version));
  return {
    ...about,
    inForce: version === active,
    ...(state?.kind === 'activate' ? { activation: state.step } : {}),
    document,
    pins: pins.map((pin) => {
      const group = groups.get(pin.groupId);
      return group === undefined ? pin : { ...pin, group: showGroup(group) };
    }),
  };
}

/** Every version, newest first, without content. */
export async function listVersions(
  ports: Needs<{ rules: 'activeVersion' | 'versions' }>,
): Promise<readonly ListedVersion[]> {
  const active = await ports.rules.activeVersion();
  const versions: ListedVersion[] = [];
  for await (const about of ports.rules.versions()) versions.push({ ...about, inForce: about.version === active });
  return versions;
}
