import { z } from 'zod';
import { RolecallError } from '../errors.ts';
import { type MappingRule, rulesDocumentSchema } from '../model/rules-document.ts';
import type { Admission } from './admission.ts';
import type { CheckPorts } from './check-document.ts';
import { type Fault, jsonPath } from './fault.ts';
import { readJson } from './parse-document.ts';
import { pinRules } from './pin.ts';

/**
 * What the tenant's groups say against a document with other faults, so that all are told at once: groups that rules name, and
 * that can't be bound. None for a rule that is faulty in how it names its group; and none at all while the directory can't be
 * asked, since there is something to mend already.
 */
export async function faultsBesideOthers(
  { tenantId, clock, directory, rules }: CheckPorts,
  input: unknown,
  told: readonly Fault[],
  admission: Admission,
): Promise<readonly Fault[]> {
  const named = rulesThatName(input, told);
  if (named.length === 0) return [];
  const document = { ...withoutRules, rules: named.map(({ rule }) => rule) };
  try {
    const context = { tenantId, now: clock.now(), admission };
    const pinned = await pinRules(document, await rules.active(), directory, context);
    return pinned.ok ? [] : pinned.faults.map((fault) => ({ ...fault, path: pathIn(named, fault.path) }));
  } catch (error) {
    if (error instanceof RolecallError) return [];
    throw error;
  }
}

interface NamingRule {
  /** Gives nothing and has an id of its own: this is about its group only. */
  readonly rule: MappingRule;
  /** Its place in the document as it was given. */
  readonly index: number;
}

const withoutRules = rulesDocumentSchema.parse({ roles: [], rules: [] });
const { group, where } = rulesDocumentSchema.shape.rules.element.shape;
const namingRules = z.object({ rules: z.array(z.object({ group, where }).optional().catch(undefined)) });

function rulesThatName(input: unknown, told: readonly Fault[]): readonly NamingRule[] {
  const json = readJson(input);
  const read = json.ok ? (namingRules.safeParse(json.value).data?.rules ?? []) : [];
  return read.flatMap((rule, index) => {
    const at = jsonPath(['rules', index]);
    const isFaulty = told.some(({ path }) => path.startsWith(`${at}.group`) || path.startsWith(`${at}.where`));
    return rule === undefined || isFaulty ? [] : [{ rule: { ...rule, id: `${index}`, grants: {} }, index }];
  });
}

function pathIn(named: readonly NamingRule[], path: string): string {
  return path.replace(/^\$\.rules\[(\d+)\]/, (_rule, place: string) => {
    return jsonPath(['rules', named[Number(place)]?.index ?? Number(place)]);
  });
}
