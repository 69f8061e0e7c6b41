import { newJobRequest } from '../model/new-request.ts';
import type { Ports } from '../ports.ts';
import type { Checked } from './fault.ts';
import { parseDocument } from './parse-document.ts';
import { type GroupLookup, pinRules } from './pin.ts';
import { validateDocument } from './validate-document.ts';

/** What publishing needs. */
export interface PublishPorts extends Pick<Ports, 'tenantId' | 'clock' | 'newId' | 'log'> {
  readonly directory: GroupLookup;
  readonly rules: Pick<Ports['rules'], 'active' | 'activeVersion' | 'version' | 'append'>;
  readonly tenantAudit: Pick<Ports['tenantAudit'], 'append'>;
  readonly jobQueue: Pick<Ports['jobQueue'], 'send'>;
}

/**
 * Checks a rules document, pins it against the tenant's groups, stores it as the next version and asks for its activation.
 * Returns the version, or every fault; then nothing is stored. Throws when the directory or a table is out of reach.
 */
export async function publishDocument(
  ports: PublishPorts,
  input: unknown,
  author: string,
): Promise<Checked<{ readonly version: number }>> {
  const parsed = parseDocument(input);
  if (!parsed.ok) return parsed;
  const document = parsed.value;
  const faults = validateDocument(document);
  if (faults.length > 0) return { ok: false, faults };
  const pinned = await pinRules(document, await ports.rules.active(), ports.directory, ports.clock.now());
  if (!pinned.ok) return pinned;
  const version = await ports.rules.append({ document, pins: pinned.value }, author);
  const causeId = ports.newId();
  const details = { version, rules: document.rules.length };
  await ports.tenantAudit.append({ initiatedBy: author, action: 'publishRules', causeId, details });
  await requestActivation(ports, version, causeId);
  ports.log.info('A rules document is published.', { ...details, author });
  return { ok: true, value: { version } };
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
