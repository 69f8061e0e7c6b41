import type { Pin } from '../model/active-rules.ts';
import type { RulesDocument } from '../model/rules-document.ts';
import { type Fault, faultAt } from './fault.ts';

/**
 * Most bytes of a stored version: it is written in one table transaction, whose request may have 4 MiB (Microsoft Learn,
 * "Performing entity group transactions") and quotes the JSON once more. Leaves room for what the request adds.
 */
const versionLimit = 3_900_000;

/** A document that can't be stored with its pins. */
export function versionFaults(document: RulesDocument, pins: readonly Pin[]): readonly Fault[] {
  const size = [document, pins].reduce((sum, part) => sum + Buffer.byteLength(JSON.stringify(JSON.stringify(part))), 0);
  if (size <= versionLimit) return [];
  const text = `the document and its groups would take ${size} bytes in the table, more than ${versionLimit}`;
  return [faultAt([], text, 'use fewer definitions and rules, or shorter names')];
}
