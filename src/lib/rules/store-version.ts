import type { ActiveRules } from '../model/active-rules.ts';
import { newJobRequest } from '../model/new-request.ts';
import type { Publication } from '../model/rules-version.ts';
import type { Ports } from '../ports.ts';

/** What storing a version needs. */
export interface StorePorts extends Pick<Ports, 'tenantId' | 'clock' | 'log'> {
  readonly rules: Pick<Ports['rules'], 'append'>;
  readonly tenantAudit: Pick<Ports['tenantAudit'], 'append'>;
  readonly jobQueue: Pick<Ports['jobQueue'], 'send'>;
}

/**
 * Stores a checked document with its pins as the version after `from`, audits who did it and asks for its activation. Returns
 * the version; undefined when `from` is not in force any more or somebody else was first. A version that is stored comes into
 * force even if what follows is lost: catchUp asks for it again, and the activation has an audit entry of its own.
 */
export async function storeVersion(
  ports: StorePorts,
  rules: Omit<ActiveRules, 'version'>,
  publication: Publication,
  from: number,
): Promise<number | undefined> {
  const version = await ports.rules.append(rules, publication, from);
  if (version === undefined) return undefined;
  const { author, causeId, restores } = publication;
  const details = { version, rules: rules.document.rules.length, ...(restores === undefined ? {} : { restores }) };
  await ports.tenantAudit.append({ initiatedBy: author, action: 'publishRules', causeId, details });
  await requestActivation(ports, version, causeId);
  ports.log.info('A rules document is published.', { ...details, author });
  return version;
}

/** Asks for a stored version to be put in force; asking twice is harmless. */
export async function requestActivation(
  ports: Pick<StorePorts, 'tenantId' | 'clock' | 'jobQueue'>,
  version: number,
  causeId: string,
): Promise<void> {
  const origin = { tenantId: ports.tenantId, now: ports.clock.now(), causeId };
  await ports.jobQueue.send(newJobRequest(origin, 'activate', String(version)));
}
