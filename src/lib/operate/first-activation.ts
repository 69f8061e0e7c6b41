import { NotFoundError } from '../errors.ts';
import { publishDocument, type PublishPorts, requestActivation } from '../rules/publish-document.ts';

/**
 * Puts a tenant's first rules in force: publishes the document that a setting names, once, while the tenant has none. The
 * catchUp timer calls it, so that what fails now is tried again a minute later.
 *
 * @param readDocument text of the document; undefined when no setting names one
 */
export async function activateFirstRules(
  ports: PublishPorts,
  readDocument: () => Promise<string | undefined>,
): Promise<'inForce' | 'requested' | 'faulty' | 'none'> {
  if ((await ports.rules.activeVersion()) > 0) return 'inForce';
  if (await hasVersion(ports, 1)) {
    await requestActivation(ports, 1, ports.newId());
    return 'requested';
  }
  const text = await readDocument();
  if (text === undefined) {
    ports.log.warn('No rules are in force, and no setting names a document to begin with.');
    return 'none';
  }
  const published = await publishDocument(ports, text, 'Rolecall (first start)');
  if (published.ok) return 'requested';
  for (const fault of published.faults) ports.log.warn('The first rules document has a fault.', { ...fault });
  return 'faulty';
}

async function hasVersion({ rules }: PublishPorts, version: number): Promise<boolean> {
  try {
    await rules.version(version);
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}
