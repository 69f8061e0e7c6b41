import type { Pin } from '../model/active-rules.ts';
import type { RulesDocument } from '../model/rules-document.ts';
import type { Ports } from '../ports.ts';
import type { Checked, Warning } from './fault.ts';
import { parseDocument } from './parse-document.ts';
import { type GroupLookup, pinRules } from './pin.ts';
import { validateDocument } from './validate-document.ts';

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
 * Returns the document with its pins, or every fault of the first of the three steps that finds one. Throws when the directory
 * can't be read, which says nothing about the document.
 */
export async function checkDocument(ports: CheckPorts, input: unknown): Promise<Checked<CheckedDocument>> {
  const parsed = parseDocument(input);
  if (!parsed.ok) return parsed;
  const document = parsed.value;
  const faults = validateDocument(document);
  if (faults.length > 0) return { ok: false, faults };
  const pinned = await pinRules(document, await ports.rules.active(), ports.directory, ports.clock.now());
  return pinned.ok ? { ok: true, value: { document, pins: pinned.value, warnings: [] } } : pinned;
}
