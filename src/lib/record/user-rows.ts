/** One user's rows as they were found, and whether they are what was written. */
import type { AccessRecord } from '../model/access.ts';
import type { AccessException } from '../model/exception.ts';
import { userPartition } from '../model/keys.ts';
import type { AlteredException, StoredAccess } from '../model/stored-access.ts';
import { exceptionPrefix, rowHash, toException, toRecord } from './access-rows.ts';
import type { AuditedAccess } from './audited-access.ts';
import { canonicalHash, canonicalJson } from './canonical-json.ts';
import { readable, type StoredRow } from './rows.ts';

/** Record row and exception rows of one partition. What can't be read is `undefined`, and never as written. */
export class UserRows {
  #row: StoredRow | undefined;
  #record: AccessRecord | undefined;
  readonly #exceptions = new Map<string, AccessException | undefined>();

  addRecord(row: StoredRow): void {
    this.#row = row;
    const record = readable(() => toRecord(row));
    const isOwn = record !== undefined && userPartition(record.tenantId, record.userId) === row.partitionKey;
    this.#record = isOwn ? record : undefined;
  }

  addException(row: StoredRow): void {
    const id = row.rowKey.slice(exceptionPrefix.length);
    const exception = readable(() => toException(row));
    this.#exceptions.set(id, exception?.id === id ? exception : undefined);
  }

  get record(): AccessRecord | undefined {
    return this.#record;
  }

  get etag(): string | undefined {
    return this.#row?.etag;
  }

  /** Those that can be read, in order of id. */
  get exceptions(): readonly AccessException[] {
    return [...this.#exceptions.values()].filter((exception) => exception !== undefined);
  }

  /** True when record and exceptions are what Rolecall wrote last; false also when there is no record. */
  isIntact(): boolean {
    const record = this.#record;
    if (record === undefined || this.#row?.columns['rowHash'] !== rowHash(record)) return false;
    return this.exceptions.length === this.#exceptions.size && record.exceptionsHash === hashOf(this.exceptions);
  }

  /** The same user by what the audit entries say. Without entries nothing is known better than what was found. */
  corrected(audited: AuditedAccess): Pick<StoredAccess, 'record' | 'exceptions' | 'altered'> {
    const exceptions = this.#compare(audited.exceptions);
    const record = audited.record ?? this.#record;
    if (audited.record === undefined && this.#row === undefined && exceptions.length === 0) return { exceptions: [] };
    return {
      ...(record === undefined ? {} : { record }),
      exceptions: audited.exceptions,
      altered: {
        row: this.#row === undefined ? 'deleted' : this.#record === undefined ? 'unreadable' : 'changed',
        ...(this.#record === undefined ? {} : { found: this.#record }),
        exceptions,
      },
    };
  }

  #compare(audited: readonly AccessException[]): readonly AlteredException[] {
    const right = new Map(audited.map((exception) => [exception.id, exception]));
    return [...new Set([...this.#exceptions.keys(), ...right.keys()])].sort().flatMap((id) => {
      const [found, wanted] = [this.#exceptions.get(id), right.get(id)];
      if (wanted !== undefined && canonicalJson(found ?? null) === canonicalJson(wanted)) return [];
      return [{ id, ...(found && { found }), ...(wanted && { audited: wanted }) }];
    });
  }
}

/** Hash of all exceptions of a user, in order of id; undefined while there are none. */
export function hashOf(exceptions: readonly AccessException[]): string | undefined {
  return exceptions.length === 0 ? undefined : canonicalHash(exceptions);
}
