import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A certificate an app signs its assertions with: the public part in PEM, and a file with both parts. */
export interface SigningCertificate {
  readonly publicPem: string;
  readonly file: string;
  remove(): void;
}

export async function signingCertificate(): Promise<SigningCertificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'rolecall' }], { keySize: 2048 });
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-certificate-'));
  const file = join(folder, 'app.pem');
  writeFileSync(file, `${key}\n${cert}\n`);
  return {
    publicPem: cert,
    file,
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
