import { z } from 'zod';
import { type MappingRule, type RulesDocument, rulesDocumentSchema } from '../model/rules-document.ts';
import { draftDocument } from './draft-document.ts';
import type { Checked, Fault } from './fault.ts';
import { sizeFaults } from './largest-record.ts';
import { meaningFaults } from './meaning-faults.ts';
import { parseDocument, readJson } from './parse-document.ts';
import { validateDocument } from './validate-document.ts';

/**
 * Everything that can be said of a document without the tenant's groups, given as JSON text or as a value. Returns it with its
 * defaults, or every fault of shape and meaning at once, in the order of the document and no two of one place. What can't be read
 * makes no fault elsewhere and hides none, except that an id is undefined that it may define.
 */
export function checkContent(input: unknown): Checked<RulesDocument> {
  const parsed = parseDocument(input);
  const faults = parsed.ok ? validateDocument(parsed.value) : [...parsed.faults, ...faultsBeside(parsed.faults, input)];
  return parsed.ok && faults.length === 0 ? parsed : { ok: false, faults: inOrder(faults) };
}

/** What is wrong with the meaning of a document whose shape is faulty. */
function faultsBeside(ofShape: readonly Fault[], input: unknown): readonly Fault[] {
  const json = readJson(input);
  if (!json.ok) return [];
  const told = new Set(ofShape.map(({ path }) => path));
  const ofMeaning = [
    ...meaningFaults(draftDocument(json.value)),
    ...sizeFaults({ rules: wellShapedRules(json.value) }),
  ];
  return ofMeaning.filter(({ path }) => !told.has(path));
}

const rulesOf = z.object({ rules: z.array(rulesDocumentSchema.shape.rules.element.optional().catch(undefined)) });

function wellShapedRules(value: unknown): MappingRule[] {
  return (rulesOf.safeParse(value).data?.rules ?? []).filter((rule) => rule !== undefined);
}

/** By the place in the document, as its schema orders it; what is no part of one comes first. */
export function inOrder(faults: readonly Fault[]): readonly Fault[] {
  const placed = faults.map((fault) => {
    const [, name = '', index = '-1'] = /^\$\.(\w+)(?:\[(\d+)\])?/.exec(fault.path) ?? [];
    return { fault, list: properties.indexOf(name), index: Number(index) };
  });
  return placed.sort((a, b) => a.list - b.list || a.index - b.index).map(({ fault }) => fault);
}

const properties = Object.keys(rulesDocumentSchema.shape);
