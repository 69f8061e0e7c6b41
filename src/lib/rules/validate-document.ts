import type { RulesDocument } from '../model/rules-document.ts';
import type { Fault } from './fault.ts';
import { sizeFaults } from './largest-record.ts';
import { meaningFaults } from './meaning-faults.ts';

/** Every fault of a well-shaped document at once; none: it can be pinned. */
export function validateDocument(document: RulesDocument): readonly Fault[] {
  return [...meaningFaults(document), ...sizeFaults(document)];
}
