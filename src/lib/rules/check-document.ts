import { AccessDeniedError } from '../errors.ts';
import type { Pin } from '../model/active-rules.ts';
import type { RulesDocument } from '../model/rules-document.ts';
import type { Ports } from '../ports.ts';
import { type Admission, admitNobody } from './admission.ts';
import { checkContent, inOrder } from './check-content.ts';
import type { Checked, Warning } from './fault.ts';
import { faultsBesideOthers } from './faults-beside-others.ts';
import { type Pinned, pinRules } from './pin.ts';
import type { GroupLookup } from './propose-groups.ts';
import { versionFaults } from './version-size.ts';

/** What checking reads; it writes nothing. */
export interface CheckPorts extends Pick<Ports, 'tenantId' | 'clock'> {
  readonly directory: GroupLookup;
  readonly rules: Pick<Ports['rules'], 'active'>;
}

/** A sound document, bound to the groups it would map if it were published now. */
export interface CheckedDocument {
  readonly document: RulesDocument;
  readonly pins: readonly Pin[];
  /** What is no fault and probably not meant. */
  readonly warnings: readonly Warning[];
}

/**
 * Everything publishing does before it stores: shape, meaning, then the tenant's groups. Given as JSON text or as a value.
 * Returns the document with its pins, or every fault at once, in the order of the document: one that is faulty otherwise tells of
 * groups, too, as far as its rules name them soundly and the directory answers. That the directory may not be read is a fault of
 * an otherwise sound document, and names the permission. Throws when the directory is out of reach and nothing else is wrong,
 * which says nothing about the document.
 */
export async function checkDocument(
  ports: CheckPorts,
  input: unknown,
  admission: Admission = admitNobody,
): Promise<Checked<CheckedDocument>> {
  const content = checkContent(input);
  if (!content.ok) {
    const ofGroups = await faultsBesideOthers(ports, input, content.faults, admission);
    return { ok: false, faults: inOrder([...content.faults, ...ofGroups]) };
  }
  const document = content.value;
  const pinned = await pinReadable(ports, document, admission);
  if (!pinned.ok) return pinned;
  const tooLarge = versionFaults(document, pinned.value.pins);
  return tooLarge.length > 0 ? { ok: false, faults: tooLarge } : { ok: true, value: { document, ...pinned.value } };
}

/** "There is no such group" and "groups can not be read" have different remedies (A23). */
async function pinReadable(ports: CheckPorts, document: RulesDocument, admission: Admission): Promise<Checked<Pinned>> {
  const { tenantId, directory } = ports;
  const active = await ports.rules.active();
  try {
    return await pinRules(document, active, directory, { tenantId, now: ports.clock.now(), admission });
  } catch (error) {
    if (!(error instanceof AccessDeniedError)) throw error;
    const fault = `the groups of tenant ${tenantId} can not be read: ${error.message}`;
    const remedy =
      'mend the permission, its consent or the credential, then publish again; the document was not at fault';
    return { ok: false, faults: [{ path: '$.rules', fault, remedy }] };
  }
}
