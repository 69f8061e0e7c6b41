import { publishRules, type PublishPorts } from './publish-rules.ts';

/**
 * Publishes the document that a setting names while the tenant has no rules. What fails now is tried again when catchUp asks
 * again, a minute later.
 *
 * @param readDocument text of the document; undefined when no setting names one
 */
export async function activateFirstRules(
  ports: PublishPorts,
  readDocument: () => Promise<string | undefined>,
): Promise<'inForce' | 'requested' | 'faulty' | 'none'> {
  if ((await ports.rules.activeVersion()) > 0) return 'inForce';
  const text = await readDocument();
  if (text === undefined) {
    ports.log.warn('No rules are in force, and no setting names a document to begin with.');
    return 'none';
  }
  const outcome = await publishRules(ports, text, { author: 'Rolecall (first start)', from: 0 });
  if (outcome.kind !== 'faulty') return 'requested';
  for (const fault of outcome.faults) ports.log.warn('The first rules document has a fault.', { ...fault });
  return 'faulty';
}
