import type { ActiveRules } from '../model/active-rules.ts';
import type { Publication } from '../model/rules-version.ts';
import { isBeyondLine } from '../plan/hold-line.ts';
import { unreadGroups } from '../plan/unread-groups.ts';
import type { Ports } from '../ports.ts';
import { checkDocument, type CheckPorts } from '../rules/check-document.ts';
import type { Fault, Warning } from '../rules/fault.ts';
import { withTimes } from '../rules/pin-times.ts';
import type { Admission } from '../rules/admission.ts';
import { storeVersion, type StorePorts } from '../rules/store-version.ts';
import { countLosers, type LosersCount } from './count-losers.ts';
import type { Needs } from './needs.ts';
import { proposedRules } from './preview-rules.ts';
import { readUnread } from './read-unread.ts';

/** What somebody who publishes says beside the content. */
export interface PublishRequest {
  /** Who does it, for the audit. */
  readonly author: string;
  /** The version that was in force when it was thought out. */
  readonly from: number;
  /** How many users lose something, as the preview said it: needed beyond the threshold, and checked whenever it is given. */
  readonly losers?: number | undefined;
  /** Which groups may be bound anew to rules that stand already: none unless it says so. */
  readonly admission?: Admission;
}

export type PublishOutcome =
  | {
      readonly kind: 'published';
      readonly version: number;
      readonly operationId: string;
      readonly losers: number;
      readonly warnings: readonly Warning[];
    }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] }
  /** Another version is in force, or is about to be. */
  | { readonly kind: 'moved'; readonly activeVersion: number }
  /** More users lose something than the threshold lets pass, or not as many as was said. */
  | ({ readonly kind: 'losersDiffer' } & LosersCount)
  | { readonly kind: 'unknownVersion' };

export type PublishPorts = CheckPorts &
  StorePorts &
  Pick<Ports, 'newId'> &
  Needs<{
    access: 'records';
    directory: 'readGroups' | 'listMembers';
    rules: 'active' | 'activeVersion' | 'append';
  }>;

/**
 * Checks a document (JSON text or a value), pins it against the tenant's groups, stores it as the version after `from` and asks
 * for its activation; or says why not, and then nothing is stored. Of several who start from one version one wins.
 *
 * @throws when the directory or a table is out of reach
 */
export async function publishRules(
  ports: PublishPorts,
  document: unknown,
  request: PublishRequest,
): Promise<PublishOutcome> {
  const active = await ports.rules.active();
  if ((active?.version ?? 0) !== request.from) return moved(ports);
  const asOf = { ...ports, rules: { active: async () => active } };
  const checked = await checkDocument(asOf, document, request.admission);
  if (!checked.ok) return { kind: 'faulty', faults: checked.faults };
  const { warnings, ...rules } = checked.value;
  const count = active && (await countWithNew(ports, active, proposedRules(active, rules)));
  return store(ports, active, rules, { ...request, warnings, count });
}

/** What groups that are mapped anew take, too, so a document is not in force before anybody could say how many lose by it. */
async function countWithNew(ports: PublishPorts, active: ActiveRules, proposed: ActiveRules): Promise<LosersCount> {
  const unread = unreadGroups(active, proposed);
  return countLosers(ports, proposed, { unread, listed: await readUnread(ports, unread) });
}

/**
 * Publishes the content of an earlier version under a new number: its document, and its groups as they were bound then. So no
 * name is looked up again, nothing that is called so today slips in, and Graph is not asked, so that it works while Graph does
 * not: losers are counted on recorded facts. Only since when a group has been mapped is new, where the rules in force do not map
 * it.
 */
export async function rollBackRules(
  ports: Omit<PublishPorts, 'directory'> &
    Needs<{ rules: 'active' | 'activeVersion' | 'append' | 'version' | 'versions' }>,
  version: number,
  request: PublishRequest,
): Promise<PublishOutcome> {
  const active = await ports.rules.active();
  if ((active?.version ?? 0) !== request.from) return moved(ports);
  if (active === undefined || version >= active.version || !(await isStored(ports, version)))
    return { kind: 'unknownVersion' };
  const { document, pins } = await ports.rules.version(version);
  const bound = pins.map(({ mappedSince, directSince, ...pin }) => pin);
  const rules = { document, pins: withTimes(bound, document, active, ports.clock.now().toISOString()) };
  const count = await countLosers(ports, proposedRules(active, rules));
  return store(ports, active, rules, { ...request, restores: version, warnings: [], count });
}

interface StoreRequest extends PublishRequest {
  readonly warnings: readonly Warning[];
  readonly restores?: number;
  /** Undefined before the first activation: nobody holds anything. */
  readonly count: LosersCount | undefined;
}

async function store(
  ports: Omit<PublishPorts, 'directory'>,
  active: ActiveRules | undefined,
  rules: Omit<ActiveRules, 'version'>,
  { author, from, losers, warnings, restores, count }: StoreRequest,
): Promise<PublishOutcome> {
  if (active && count && !isAgreed(count, losers, active)) return { kind: 'losersDiffer', ...count };
  const causeId = ports.newId();
  const publication: Publication = { author, causeId, ...(restores === undefined ? {} : { restores }) };
  const version = await storeVersion(ports, rules, publication, from);
  if (version === undefined) return moved(ports);
  return { kind: 'published', version, operationId: causeId, losers: count?.losers ?? 0, warnings };
}

/** Measured by the policy in force: a document must not move the line for itself. */
function isAgreed({ losers, holders }: LosersCount, said: number | undefined, { document }: ActiveRules): boolean {
  return said === undefined ? !isBeyondLine(losers, holders, document.holds) : said === losers;
}

async function isStored(ports: Needs<{ rules: 'versions' }>, version: number): Promise<boolean> {
  for await (const stored of ports.rules.versions()) if (stored.version === version) return true;
  return false;
}

async function moved(ports: Needs<{ rules: 'activeVersion' }>): Promise<PublishOutcome> {
  return { kind: 'moved', activeVersion: await ports.rules.activeVersion() };
}
