import { generate } from 'selfsigned';
import { randomUUID } from 'node:crypto';
import * as tls from 'node:tls';

/** A throwaway certificate for `localhost` and `127.0.0.1`, in PEM. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

let made: Promise<TestCertificate> | undefined;

// Several test files share one process and so one list of trusted certificates, where issuers are found by name:
// each certificate has a name of its own.
async function makeAndTrust(): Promise<TestCertificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: `localhost ${randomUUID()}` }], {
    keyType: 'ec',
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
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), cert]);
  return { key, cert };
}

/** Made once per test file and trusted by every client of this process from then on. */
export function testCertificate(): Promise<TestCertificate> {
  made ??= makeAndTrust();
  return made;
}
