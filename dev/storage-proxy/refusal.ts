import { randomUUID } from 'node:crypto';
import type { StorageOperation } from './operation.ts';

export interface Refusal {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const tableCodes = { 409: 'EntityAlreadyExists', 412: 'UpdateConditionNotSatisfied', 503: 'ServerBusy' } as const;
const queueCodes = { 409: 'QueueAlreadyExists', 412: 'ConditionNotMet', 503: 'ServerBusy' } as const;

/**
 * An error answer as the storage gives it (Microsoft Learn, "Status and error codes" of Table and Queue Storage). A
 * refused row of a transaction is told inside the multipart answer 202, as the service does.
 */
export function refusal({ service, verb }: StorageOperation, status: 409 | 412 | 503): Refusal {
  if (service === 'queue') {
    const code = queueCodes[status];
    const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>Injected.</Message></Error>`;
    return { status, headers: { 'content-type': 'application/xml', 'x-ms-error-code': code }, body };
  }
  const code = tableCodes[status];
  const body = JSON.stringify({ 'odata.error': { code, message: { lang: 'en-US', value: 'Injected.' } } });
  if (verb === 'transaction' && status !== 503) return inTransaction(status, body);
  return { status, headers: { 'content-type': 'application/json', 'x-ms-error-code': code }, body };
}

function inTransaction(status: number, body: string): Refusal {
  const batch = `batchresponse_${randomUUID()}`;
  const changeset = `changesetresponse_${randomUUID()}`;
  const lines = [
    `--${batch}`,
    `Content-Type: multipart/mixed; boundary=${changeset}`,
    '',
    `--${changeset}`,
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    `HTTP/1.1 ${status} ${status === 412 ? 'Precondition Failed' : 'Conflict'}`,
    'Content-Type: application/json',
    '',
    body,
    `--${changeset}--`,
    `--${batch}--`,
    '',
  ];
  return { status: 202, headers: { 'content-type': `multipart/mixed; boundary=${batch}` }, body: lines.join('\r\n') };
}
