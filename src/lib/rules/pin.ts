import type { ActiveRules, Pin } from '../model/active-rules.ts';
import type { GroupAnswer } from '../model/directory.ts';
import type { RulesDocument } from '../model/rules-document.ts';
import { type Checked, type Fault, faultAt, jsonPath, type Path, type Warning } from './fault.ts';
import { sizeFaults } from './largest-record.ts';
import { type BoundPin, withTimes } from './pin-times.ts';
import { pinWarnings } from './pin-warnings.ts';
import { type Admission, admitNobody } from './admission.ts';
import { type GroupLookup, type Proposal, proposeGroups, type Unadmitted } from './propose-groups.ts';

/** The pins of a document, and what was noticed on the way. */
export interface Pinned {
  readonly pins: readonly Pin[];
  readonly warnings: readonly Warning[];
}

/** What pinning has to know beside the document. */
export interface PinContext {
  readonly tenantId: string;
  readonly now: Date;
  readonly admission?: Admission;
}

/**
 * Binds every rule of a document to groups by id.
 *
 * A rule with an id is bound to it; the group must answer, unless it was mapped before. A rule with a name stays bound to
 * what the name meant in the rules before (a group renamed away keeps it, another group of that name does not get it);
 * otherwise the name must belong to exactly one group. A rule with a pattern stays bound in the same way and gets who is
 * admitted of those that match now besides; that others wait, or nothing matches, is a warning only. A group that hides its
 * membership from us is not bound anew.
 */
export async function pinRules(
  document: RulesDocument,
  previous: ActiveRules | undefined,
  directory: GroupLookup,
  { tenantId, now, admission = admitNobody }: PinContext,
): Promise<Checked<Pinned>> {
  const proposed = await proposeGroups(document, previous, directory, { tenantId, admission });
  const { proposals, faults: nameFaults } = proposed;
  const answers = await readProposed(proposals, directory);
  const mapped = new Map((previous?.pins ?? []).map((pin) => [pin.groupId, pin.displayName]));
  const bound: BoundPin[] = [];
  const faults = [...nameFaults];
  const skipped: Warning[] = [];
  for (const proposal of proposals) {
    const { rule, groupId, parts } = proposal;
    const answer = answers.get(groupId);
    // What was mapped before stays so: a group that does not answer never revokes by itself (A23).
    const refused = mapped.has(groupId) ? undefined : refusal(proposal, answer, tenantId);
    if (refused === undefined) {
      const displayName = answer?.info?.displayName ?? mapped.get(groupId) ?? groupId;
      bound.push({ ruleId: rule.id, groupId, displayName, ...(parts === undefined ? {} : { parts }) });
    } else if (rule.group.displayNamePattern === undefined) {
      faults.push(refused);
    } else {
      // Anybody may create a group that matches; it must not keep a document from being published.
      skipped.push({ path: refused.path, warning: `${refused.fault}, so it is not mapped`, remedy: refused.remedy });
    }
  }
  const allFaults = faults.length > 0 ? faults : sizeFaults(document, bound);
  if (allFaults.length > 0) return { ok: false, faults: allFaults };
  const pins = withTimes(bound, document, previous, now.toISOString());
  const warnings = [...skipped, ...proposed.unadmitted.map(waits), ...pinWarnings(document, bound, answers)];
  return { ok: true, value: { pins, warnings } };
}

/** Somebody who may be anybody gave a group this name after the rules were put in force. */
function waits({ index, info: { id, displayName } }: Unadmitted): Warning {
  const warning = `the group '${displayName}' (${id}) matches and is not let in`;
  const remedy =
    'if it should be, say its id as admit: anybody may have named a group so since the pattern was put in force';
  return { path: jsonPath(['rules', index, 'group', 'displayNamePattern']), warning, remedy };
}

async function readProposed(
  proposals: readonly Proposal[],
  directory: GroupLookup,
): Promise<ReadonlyMap<string, GroupAnswer>> {
  const ids = [...new Set(proposals.map(({ groupId }) => groupId))];
  return ids.length === 0 ? new Map() : directory.readGroups(ids, 'normal');
}

/** Why a group can't be bound to a rule; undefined when it can. */
function refusal(
  { rule, index, groupId }: Proposal,
  answer: GroupAnswer | undefined,
  tenantId: string,
): Fault | undefined {
  const { id, displayName } = rule.group;
  const property = id !== undefined ? 'id' : displayName !== undefined ? 'displayName' : 'displayNamePattern';
  const path: Path = ['rules', index, 'group', property];
  if (answer?.info === undefined) {
    const remedy = 'give the object id of a group of this tenant (not of an app registration or a user)';
    return faultAt(path, `no group of tenant ${tenantId} answers to '${groupId}'`, remedy);
  }
  if (answer.evidence === 'present') return undefined;
  const remedy = 'grant the application permission Member.Read.Hidden with consent, or map another group';
  return faultAt(path, `the group '${answer.info.displayName}' (${groupId}) hides its membership from us`, remedy);
}
