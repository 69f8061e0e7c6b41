import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOffsetClock } from '../../dev/clock.ts';
import { startSimulator } from '../../dev/simulator/start-simulator.ts';
import { readWorldFile } from '../../dev/simulator/world-file.ts';
import { testCertificate } from './test-certificate.ts';
import { seedGroup, seedUser, testId } from './test-tenant.ts';
import { until } from './until.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolecall-world-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const [ADA, BOB, GROUP] = [testId('a', 1), testId('a', 2), testId('b', 1)];

async function start() {
  const file = join(folder, 'world.json');
  return startSimulator({ certificate: await testCertificate(), clock: createOffsetClock(), file });
}

describe('a world kept in a file', () => {
  it('goes on where it ended: objects, recycle bin, apps, vault, change log', async () => {
    const first = await start();
    const tenant = first.world.createTenant({ displayName: 'Kept' });
    const { clientId } = tenant.registerApp({ secret: 'right', permissions: ['User.Read.All'] });
    seedUser(tenant, { id: ADA });
    seedUser(tenant, { id: BOB });
    seedGroup(tenant, { id: GROUP }, [ADA, BOB]);
    tenant.directory.apply({ kind: 'userDeleted', userId: BOB });
    first.world.vault.set('graph', 'value');
    await first.close();

    const second = await start();
    const again = second.world.tenant(tenant.id);
    expect(again.displayName).toBe('Kept');
    expect(again.app(clientId).secrets.map(({ value }) => value)).toEqual(['right']);
    expect(again.directory.directMembers(GROUP)).toEqual([ADA]);
    expect(again.directory.deletedUser(BOB)).toEqual(tenant.directory.deletedUser(BOB));
    expect(again.directory.log.entries).toEqual(tenant.directory.log.entries);
    expect(again.directory.apply({ kind: 'userRestored', userId: BOB }).seq).toBe(2);
    expect(again.graphServicePrincipalId).toBe(tenant.graphServicePrincipalId);
    expect(second.world.vault.find('graph', '')?.value).toBe('value');
    await second.close();
  });

  it('never hands out an id twice', async () => {
    const first = await start();
    const id = first.world.random.guid();
    await first.close();
    const second = await start();
    expect(second.world.random.guid()).not.toBe(id);
    await second.close();
  });

  it('is saved while it runs, so that a kill loses a moment only', async () => {
    const simulator = await start();
    const tenant = simulator.world.createTenant();
    tenant.directory.apply({ kind: 'userCreated', userId: ADA, properties: { displayName: 'Ada' } });
    await until('the user is in the file', () =>
      (readWorldFile(join(folder, 'world.json'))?.tenants ?? []).some(({ users }) =>
        users.some(({ id }) => id === ADA),
      ),
    );
    await simulator.close();
  });
});
