import { randomUUID, X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';
import { z } from 'zod';

/** A throwaway certificate for `localhost` and `127.0.0.1`, its own authority. */
export interface Certificate {
  key: string;
  cert: string;
  /** The certificate as a PEM file, for a child's `NODE_EXTRA_CA_CERTS`. */
  file: string;
}

const storedSchema = z.object({ key: z.string(), cert: z.string() });
const day = 24 * 60 * 60 * 1000;

/** The certificate kept in a folder; a new one when there is none or it ends within a day. */
export async function certificateIn(folder: string): Promise<Certificate> {
  const stored = join(folder, 'certificate.json');
  const file = join(folder, 'certificate.pem');
  const known = await readStored(stored);
  if (known !== undefined && isValidFor(known.cert, day)) return { ...known, file };

  // A name of its own: among several trusted authorities of one name TLS takes the first, which may be another stack's.
  const made = await generate([{ name: 'commonName', value: `Rolecall local stack ${randomUUID()}` }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + 90 * day),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const certificate = { key: made.private, cert: made.cert };
  await writeFile(stored, JSON.stringify(certificate), { mode: 0o600 });
  await writeFile(file, certificate.cert);
  return { ...certificate, file };
}

/** Makes this process trust the certificate; children are told by `NODE_EXTRA_CA_CERTS`. */
export function trustCertificate({ cert }: Certificate): void {
  setDefaultCACertificates([...getCACertificates('default'), cert]);
}

async function readStored(path: string): Promise<z.infer<typeof storedSchema> | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : storedSchema.parse(JSON.parse(text));
}

function isValidFor(cert: string, milliseconds: number): boolean {
  return new X509Certificate(cert).validToDate.getTime() > Date.now() + milliseconds;
}
