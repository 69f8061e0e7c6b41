import { randomUUID } from 'node:crypto';
import { createDirectory } from '../../src/lib/directory/create-directory.ts';
import { createGraphClient } from '../../src/lib/directory/graph-client.ts';
import { createLog } from '../../src/lib/log.ts';
import type { Directory } from '../../src/lib/ports.ts';
import { seedUser, testId } from '../simulator/test-tenant.ts';
import { SECRET_NAME, startSignIn, type SignInUnderTest } from './sign-in-under-test.ts';

const MINUTE_MS = 60_000;
const ada = testId('a', 1);

let under: SignInUnderTest;
let directory: Directory;
let clientId: string;

// The Azure SDKs keep the vault's token by the machine's clock, so this file moves that one (Date alone) instead of an offset.
const everythingButDate = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;
const pass = (milliseconds: number) => {
  jest.setSystemTime(Date.now() + milliseconds);
};

beforeAll(async () => {
  jest.useFakeTimers({ doNotFake: [...everythingButDate] });
  under = await startSignIn();
  seedUser(under.test.tenant, { id: ada });
});

beforeEach(() => {
  under.test.simulator.reset();
  under.test.simulator.world.vault.secrets.clear();
  const app = under.test.tenant.registerApp({ permissions: ['User.Read.All', 'Group.Read.All'] });
  clientId = app.clientId;
  directory = newDirectory();
});

afterAll(async () => {
  await under.close();
  jest.useRealTimers();
});

/** The directory as one process has it: its own token and its own copy of the secret. */
function newDirectory(): Directory {
  const client = createGraphClient({
    graphUrl: under.test.simulator.url,
    credential: under.credential({ clientId }),
    clock: under.clock,
    log: createLog(() => undefined),
    newId: randomUUID,
    fetch: globalThis.fetch,
    wait: async () => undefined,
  });
  return createDirectory(client, under.clock);
}

const addSecret = (value: string) => under.test.tenant.addSecret(clientId, { value });
const removeSecret = ({ keyId }: { keyId: string }) => {
  under.test.tenant.removeSecret(clientId, keyId);
};
const inVault = (value: string) => under.test.simulator.world.vault.set(SECRET_NAME, value);
const read = (of = directory) => of.readUser(ada, { direct: false, priority: 'normal' });
/** Makes the present token useless, so that the next call needs a new one. */
const expireToken = () => {
  pass(61 * MINUTE_MS);
};
const vaultReads = async (work: () => Promise<unknown>): Promise<number> => {
  const { faults } = under.test.simulator.world.control;
  // A fault that does nothing but count.
  const counter = faults.add({ method: 'GET', path: '^/secrets/', delayMs: 0 });
  await work();
  faults.remove(counter.id);
  return counter.struck;
};

describe('a new version in the vault', () => {
  it('is the whole rotation: calls go on all the while and none fails', async () => {
    under.test.simulator.world.control.settings.tokenLifetimeSeconds = 30;
    const first = addSecret('first');
    inVault('first');
    const others = [directory, newDirectory(), newDirectory()];
    const failures: unknown[] = [];
    let calls = 0;
    const work = async (rounds: number): Promise<void> => {
      for (let round = 0; round < rounds; round += 1) {
        pass(20_000);
        const some = others.map((one) => read(one).catch((error: unknown) => failures.push(error)));
        calls += (await Promise.all(some)).length;
      }
    };
    await work(5);
    const second = addSecret('second');
    await work(5);
    inVault('second');
    await work(5);
    // Some processes still hold the first one for up to ten minutes, and find out by being refused.
    removeSecret(first);
    await work(40);
    addSecret('third');
    inVault('third');
    removeSecret(second);
    await work(5);
    expect(failures).toEqual([]);
    expect(calls).toBe(180);
  });

  it('is read when the old one is refused, once for all callers', async () => {
    under.test.simulator.world.control.settings.tokenLifetimeSeconds = 30;
    const old = addSecret('old');
    inVault('old');
    await read();
    removeSecret(old);
    addSecret('new');
    inVault('new');
    pass(MINUTE_MS);
    expect(await vaultReads(() => Promise.all([read(), read(), read()]))).toBe(1);
  });

  it('that Entra ID does not accept yet costs nothing while the old one still lives', async () => {
    addSecret('old');
    inVault('old');
    await read();
    inVault('new');
    expireToken();
    expect((await read()).kind).toBe('found');
    addSecret('new');
    expireToken();
    expect((await read()).kind).toBe('found');
  });

  it('that comes after the old one has died is used without a restart', async () => {
    const old = addSecret('old');
    inVault('old');
    await read();
    removeSecret(old);
    expireToken();
    await expect(read()).rejects.toMatchObject({ name: 'AccessDeniedError', kind: 'againAfter' });
    addSecret('new');
    inVault('new');
    pass(31_000);
    expect((await read()).kind).toBe('found');
  });
});

describe('a refused secret', () => {
  it('makes the vault be read at most once in 30 seconds', async () => {
    inVault('never registered');
    const reads = await vaultReads(async () => {
      for (let count = 0; count < 10; count += 1) await read().catch(() => undefined);
    });
    // One ordinary and one forced read, each behind a challenge at most.
    expect(reads).toBeLessThanOrEqual(4);
  });

  it('that is accepted is kept for ten minutes', async () => {
    under.test.simulator.world.control.settings.tokenLifetimeSeconds = 30;
    addSecret('only');
    inVault('only');
    await read();
    const reads = await vaultReads(async () => {
      for (let minute = 0; minute < 9; minute += 1) {
        pass(MINUTE_MS);
        await read();
      }
    });
    expect(reads).toBe(0);
    pass(2 * MINUTE_MS);
    expect(await vaultReads(() => read())).toBeGreaterThan(0);
  });
});
