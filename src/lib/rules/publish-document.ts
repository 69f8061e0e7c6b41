import { newJobRequest } from '../model/new-request.ts';
import type { Ports } from '../ports.ts';
import { checkDocument, type CheckPorts } from './check-document.ts';
import type { Checked, Warning } from './fault.ts';

/** What publishing needs. */
export interface PublishPorts extends CheckPorts, Pick<Ports, 'newId' | 'log'> {
  readonly rules: Pick<Ports['rules'], 'active' | 'activeVersion' | 'version' | 'append'>;
  readonly tenantAudit: Pick<Ports['tenantAudit'], 'append'>;
  readonly jobQueue: Pick<Ports['jobQueue'], 'send'>;
}

/** A version that is stored, and what was noticed about it. */
export interface Published {
  readonly version: number;
  readonly warnings: readonly Warning[];
}

/**
 * Checks a rules document, pins it against the tenant's groups, stores it as the next version and asks for its activation.
 * Returns the version, or every fault; then nothing is stored. Throws when the directory or a table is out of reach.
 */
export async function publishDocument(
  ports: PublishPorts,
  input: unknown,
  author: string,
): Promise<Checked<Published>> {
  const checked = await checkDocument(ports, input);
  if (!checked.ok) return checked;
  const { document, pins, warnings } = checked.value;
  const version = await ports.rules.append({ document, pins }, author);
  const causeId = ports.newId();
  const details = { version, rules: document.rules.length };
  await ports.tenantAudit.append({ initiatedBy: author, action: 'publishRules', causeId, details });
  await requestActivation(ports, version, causeId);
  ports.log.info('A rules document is published.', { ...details, author });
  return { ok: true, value: { version, warnings } };
}

/** Asks for a stored version to be put in force; asking twice is harmless. */
export async function requestActivation(
  ports: Pick<PublishPorts, 'tenantId' | 'clock' | 'jobQueue'>,
  version: number,
  causeId: string,
): Promise<void> {
  const origin = { tenantId: ports.tenantId, now: ports.clock.now(), causeId };
  await ports.jobQueue.send(newJobRequest(origin, 'activate', String(version)));
}
