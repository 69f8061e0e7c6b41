import { AccessDeniedError, RolecallError, SubscriptionExistsError } from '../../src/lib/errors.ts';
import type { WantedSubscription } from '../../src/lib/model/directory.ts';
import { startReceiver, type NotificationReceiver } from '../simulator/notification-receiver.ts';
import { testId } from '../simulator/test-tenant.ts';
import { directoryUnderTest, type DirectoryUnderTest } from './directory-under-test.ts';

const DAY_MS = 24 * 3600_000;

let under: DirectoryUnderTest;
let receiver: NotificationReceiver;

beforeEach(async () => {
  under = await directoryUnderTest();
  receiver = await startReceiver();
});

afterEach(async () => {
  await under.close();
  await receiver.close();
});

const inDays = (days: number) => new Date(under.test.clock.now() + days * DAY_MS).toISOString();
const wanted = (given: Partial<WantedSubscription> = {}): WantedSubscription => ({
  resource: 'groups',
  changeType: 'updated,deleted',
  notificationUrl: `${receiver.url}/notifications`,
  lifecycleNotificationUrl: `${receiver.url}/lifecycle`,
  expirationDateTime: inDays(20),
  clientState: 'only Graph is told',
  ...given,
});

describe('subscriptions', () => {
  it('are created, listed, renewed and deleted', async () => {
    const groups = await under.directory.createSubscription(wanted());
    const users = await under.directory.createSubscription(wanted({ resource: 'users' }));
    expect(groups).toMatchObject({ resource: 'groups', notificationUrl: `${receiver.url}/notifications` });
    const listed = await under.directory.listSubscriptions();
    expect(new Set(listed.map(({ id }) => id))).toEqual(new Set([groups.id, users.id]));
    const later = inDays(25);
    const renewed = await under.directory.renewSubscription(groups.id, later);
    expect(Date.parse(renewed?.expirationDateTime ?? '')).toBe(Date.parse(later));
    await under.directory.deleteSubscription(groups.id);
    expect((await under.directory.listSubscriptions()).map(({ id }) => id)).toEqual([users.id]);
  });

  it('that are gone are told apart from failures', async () => {
    const { id } = await under.directory.createSubscription(wanted());
    under.test.clock.advance(21 * DAY_MS);
    expect(await under.directory.renewSubscription(id, inDays(20))).toBeUndefined();
    await under.directory.deleteSubscription(id);
    await under.directory.deleteSubscription(testId('e', 1));
  });

  it('exist once per resource and change type', async () => {
    await under.directory.createSubscription(wanted());
    await expect(under.directory.createSubscription(wanted())).rejects.toBeInstanceOf(SubscriptionExistsError);
  });

  it('are not created when the endpoint fails the handshake', async () => {
    receiver.onHandshake = (_token, response) => response.writeHead(500).end();
    const failure = under.directory.createSubscription(wanted());
    await expect(failure).rejects.toBeInstanceOf(RolecallError);
    await expect(failure).rejects.toThrow('400 ValidationError');
  });

  it('are not created without the permission, which is named', async () => {
    await under.close();
    under = await directoryUnderTest({ permissions: ['User.Read.All'] });
    const failure = under.directory.createSubscription(wanted());
    await expect(failure).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(failure).rejects.toThrow('Group.Read.All');
  });

  it('keep the clientState out of logs and errors (promise 9)', async () => {
    await under.directory.createSubscription(wanted());
    const failure: unknown = await under.directory.createSubscription(wanted()).catch((error: unknown) => error);
    expect(`${String(failure)} ${under.lines.join(' ')}`).not.toContain('only Graph is told');
  });
});
