import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { GroupInfo } from '../../../src/lib/model/directory.ts';
import type { Facts } from '../../../src/lib/model/facts.ts';
import { decide } from '../../../src/lib/plan/decide.ts';
import { checkDocument } from '../../../src/lib/rules/check-document.ts';
import { directoryWith, groupId, groupInfo } from '../rules/sample-document.ts';

const tenantId = '5d3c2f1e-0a4b-4c6d-8e7f-102938475665';
const now = new Date('2026-02-01T00:00:00.000Z');

/** What an example gives somebody who is directly in the named groups: `role admin @ scope`, or without a scope everywhere. */
interface Given {
  readonly example: string;
  /** Groups of the tenant by name. */
  readonly tenant: Readonly<Record<string, string>>;
  readonly isIn: readonly string[];
  readonly holds: readonly string[];
}

const [a, b, c, d] = [groupId('a'), groupId('b'), groupId('c'), groupId('d')];
const profisee = { ProfiseeDev_Admins: a, ProfiseeProd_Admins: b, ProfiseeDev_Stewards: c, ProfiseeQA_ReadOnly: d };
const dynamics = {
  D365_USMF_VendorPaymentsClerk: a,
  D365_DEMF_VendorPaymentsClerk: b,
  D365_USMF_VendorPaymentsManager: c,
  'D365 administrators': '3f6c2a71-58d4-4e0b-9a17-6b2d8c4e5f90',
};
const router = {
  'ai-router-admins': '0c1d2e3f-4a5b-4c6d-8e7f-90a1b2c3d4e5',
  'customer-support': '1d2e3f4a-5b6c-4d7e-8f90-a1b2c3d4e5f6',
  'data-science': '2e3f4a5b-6c7d-4e8f-90a1-b2c3d4e5f607',
  'ai-partners': '3f4a5b6c-7d8e-4f90-a1b2-c3d4e5f60718',
};

const cases: readonly Given[] = [
  {
    example: 'profisee',
    tenant: profisee,
    isIn: ['ProfiseeDev_Admins', 'ProfiseeProd_Admins', 'ProfiseeQA_ReadOnly'],
    holds: ['role profisee-Admins @ environment:Dev'],
  },
  {
    example: 'profisee',
    tenant: profisee,
    isIn: ['ProfiseeDev_Stewards'],
    holds: [
      'role profisee-Stewards @ environment:Dev',
      'team data-governance @ environment:Dev',
      'permission rest-api @ environment:Dev',
    ],
  },
  {
    example: 'dynamics-legal-entities',
    tenant: dynamics,
    isIn: ['D365_USMF_VendorPaymentsClerk', 'D365_DEMF_VendorPaymentsClerk'],
    holds: ['role VendorPaymentsClerk @ legal-entity:DEMF,legal-entity:USMF'],
  },
  {
    example: 'dynamics-legal-entities',
    tenant: dynamics,
    isIn: ['D365_USMF_VendorPaymentsClerk', 'D365_DEMF_VendorPaymentsClerk', 'D365_USMF_VendorPaymentsManager'],
    holds: ['role VendorPaymentsClerk @ legal-entity:DEMF', 'role VendorPaymentsManager @ legal-entity:USMF'],
  },
  {
    example: 'production-assist',
    tenant: { 'Azure_APP_Production-Assist': a },
    isIn: ['Azure_APP_Production-Assist'],
    holds: ['role production-assist-user'],
  },
  { example: 'agent-router', tenant: router, isIn: [], holds: ['role viewer'] },
  {
    example: 'agent-router',
    tenant: router,
    isIn: ['ai-router-admins', 'data-science'],
    holds: ['role admin', 'businessFunction data-science'],
  },
  {
    example: 'agent-router',
    tenant: router,
    isIn: ['customer-support'],
    holds: ['role viewer', 'businessFunction customer-support'],
  },
];

async function publish(example: string, tenant: readonly GroupInfo[]) {
  const text = readFileSync(`config/examples/${example}.json`, 'utf8');
  const ports = { tenantId, clock: { now: () => now }, rules: { active: async () => undefined } };
  const checked = await checkDocument({ ...ports, directory: directoryWith(...tenant) }, text);
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
  return checked.value;
}

function factsOf(groupIds: readonly string[]): Facts {
  const since = now.toISOString();
  const spell = { in: true, since };
  return {
    account: { state: 'enabled', since, type: 'member', typeSince: since },
    groups: Object.fromEntries(groupIds.map((id) => [id, { member: spell, direct: spell }])),
  };
}

describe('examples of rules documents', () => {
  it.each(cases)('$example gives somebody in $isIn: $holds', async ({ example, tenant, isIn, holds }) => {
    const groups = Object.entries(tenant).map(([name, id]) => groupInfo(id, name));
    const { document, pins } = await publish(example, groups);
    const facts = factsOf(groups.filter(({ displayName }) => isIn.includes(displayName)).map(({ id }) => id));
    const { assignments } = decide(facts, { version: 1, document, pins }, [], now);
    const held = assignments.map(
      ({ kind, id, scopes }) => `${kind} ${id}${scopes.length === 0 ? '' : ` @ ${scopes.toSorted().join(',')}`}`,
    );
    expect(held.toSorted()).toEqual([...holds].sort());
  });

  it('are all tried, and each names the schema that an editor completes them with', () => {
    const files = readdirSync('config/examples');
    expect(new Set(files)).toEqual(new Set(cases.map(({ example }) => `${example}.json`)));
    const head = z.object({ $schema: z.literal('../rules.schema.json') });
    for (const file of files) {
      const value: unknown = JSON.parse(readFileSync(`config/examples/${file}`, 'utf8'));
      expect(head.safeParse(value).success).toBe(true);
    }
  });
});
