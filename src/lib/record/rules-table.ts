import type { TransactionAction } from '@azure/data-tables';
import { z } from 'zod';
import { NotFoundError } from '../errors.ts';
import { pinsSchema } from '../model/active-rules-schema.ts';
import type { ActiveRules } from '../model/active-rules.ts';
import { fixedWidth, tenantPartition } from '../model/keys.ts';
import { rulesDocumentSchema } from '../model/rules-document.ts';
import { type Publication, type RulesVersion, rulesVersionSchema } from '../model/rules-version.ts';
import type { Clock, RulesStore } from '../ports.ts';
import type { Tables } from './connect-tables.ts';
import { packRows } from './entity-codec.ts';
import {
  commit,
  findRow,
  insertRow,
  listRows,
  parseColumn,
  parseRow,
  replaceRow,
  rowsWith,
  untilWon,
  type StoredRow,
} from './rows.ts';
import { assertFits } from './transaction-limits.ts';

const versionPrefix = 'version|';
const activeKey = 'active';
const versionSchema = z.looseObject({ version: z.int().min(1) });

/** Numbered rules documents of one tenant, never changed once written, and the pointer to the one in force. */
export function createRulesTable(tables: Tables, tenantId: string, clock: Clock): RulesStore {
  const table = tables.rules;
  const partitionKey = tenantPartition(tenantId);
  const known = new Map<number, ActiveRules>();

  async function version(number: number): Promise<ActiveRules> {
    const cached = known.get(number);
    if (cached !== undefined) return cached;
    for await (const row of listRows(table, rowsWith(partitionKey, `${versionPrefix}${fixedWidth(number)}`))) {
      const rules = toRules(row);
      known.set(number, rules);
      return rules;
    }
    throw new NotFoundError(`Tenant ${tenantId} has no rules document number ${number}.`);
  }

  const findActive = (): Promise<StoredRow | undefined> => findRow(table, partitionKey, activeKey);
  const numberOf = (row: StoredRow | undefined): number =>
    row === undefined ? 0 : parseRow(versionSchema, row).version;
  const activeVersion = async (): Promise<number> => numberOf(await findActive());

  async function* versions(): AsyncGenerator<RulesVersion> {
    const stored: RulesVersion[] = [];
    const columns = ['version', 'author', 'createdDateTime', 'causeId', 'restores'];
    for await (const row of listRows(table, rowsWith(partitionKey, versionPrefix), columns)) {
      stored.push(parseRow(rulesVersionSchema, row));
    }
    yield* stored.reverse();
  }

  async function append(
    rules: Omit<ActiveRules, 'version'>,
    publication: Publication,
    from: number,
  ): Promise<number | undefined> {
    if ((await activeVersion()) !== from) return undefined;
    const number = from + 1;
    const rowKey = `${versionPrefix}${fixedWidth(number)}`;
    const rows = packRows(
      { partitionKey, rowKey },
      {
        v: 1,
        version: number,
        ...publication,
        createdDateTime: clock.now().toISOString(),
        document: JSON.stringify(rules.document),
        pins: JSON.stringify(rules.pins),
      },
    );
    assertFits(rows, 'The rules document');
    const created = await commit(
      table,
      rows.map((row): TransactionAction => ['create', row]),
    );
    if (created) return number;
    // Taken by somebody else, unless it is our own and the answer was lost.
    const there = await findRow(table, partitionKey, rowKey, ['version', 'author', 'createdDateTime', 'causeId']);
    return there && parseRow(rulesVersionSchema, there).causeId === publication.causeId ? number : undefined;
  }

  async function activate(number: number, from: number): Promise<boolean> {
    const row = {
      partitionKey,
      rowKey: activeKey,
      v: 1,
      version: number,
      activatedDateTime: clock.now().toISOString(),
    };
    return untilWon('The pointer to the rules in force', async () => {
      const stored = await findActive();
      const now = numberOf(stored);
      // Also when an answer was lost: it points to where it was to point.
      if (now === number) return true;
      if (now !== from) return false;
      const written = stored === undefined ? insertRow(table, row) : replaceRow(table, row, stored.etag);
      return (await written) === undefined ? undefined : true;
    });
  }

  return {
    version,
    versions,
    activeVersion,
    append,
    activate,
    active: async () => {
      const number = await activeVersion();
      return number === 0 ? undefined : version(number);
    },
  };
}

function toRules(row: StoredRow): ActiveRules {
  return {
    version: parseRow(versionSchema, row).version,
    document: parseColumn(rulesDocumentSchema, row, 'document'),
    pins: parseColumn(pinsSchema, row, 'pins'),
  };
}
