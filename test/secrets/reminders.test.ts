import { createLog } from '../../src/lib/log.ts';
import { createRemindersTable } from '../../src/lib/record/reminders-table.ts';
import { remindOfSecretExpiry } from '../../src/lib/secrets/secret-expiry.ts';
import { freshId, startTables, type TestTables } from '../record/azurite-tables.ts';
import { SECRET_NAME, startSignIn, type SignInUnderTest } from './sign-in-under-test.ts';

const DAY_S = 24 * 3600;

let under: SignInUnderTest;
let storage: TestTables;

beforeAll(async () => {
  [under, storage] = await Promise.all([startSignIn(), startTables()]);
});

afterAll(async () => {
  await Promise.all([under.close(), storage.stop()]);
});

/** One run of the timer, in a process that has just started: only the tables remember. */
async function run(tenantId: string, daysOn: number): Promise<readonly string[]> {
  const lines: string[] = [];
  const log = createLog((level, line) => lines.push(`${level} ${line}`));
  const clock = { now: () => new Date(under.test.clock.now() + daysOn * DAY_S * 1000) };
  const reminders = createRemindersTable(storage.tables, tenantId, clock);
  const { vault } = under;
  const secret = {
    tenantId,
    clientId: under.test.clientId,
    secretName: SECRET_NAME,
    vault,
    days: [30, 14, 7, 3, 1, 0],
  };
  await remindOfSecretExpiry(secret, { reminders, clock, log });
  return lines;
}

describe('reminders of a secret in the vault', () => {
  it('are given once per threshold and version, whatever process runs', async () => {
    const tenantId = freshId();
    const expires = Math.floor(under.test.clock.now() / 1000) + 20 * DAY_S;
    const { version } = under.test.simulator.world.vault.set(SECRET_NAME, 'value nobody may see', { expires });
    const outcome: string[] = [];
    for (const day of [0, 0, 5, 7, 13, 14, 18, 19, 20, 25]) {
      const lines = await run(tenantId, day);
      expect(lines).toHaveLength(1);
      expect(lines.join()).not.toContain('value nobody may see');
      if (lines[0]?.startsWith('warn') === true) {
        outcome.push(/"threshold":(\d+)/.exec(lines[0])?.[1] ?? '');
        expect(lines[0]).toContain(version);
      }
    }
    expect(outcome).toEqual(['30', '14', '7', '3', '1', '0']);
    under.test.simulator.world.vault.set(SECRET_NAME, 'the next', { expires: expires + DAY_S });
    expect((await run(tenantId, 20))[0]).toContain('"threshold":1');
  });

  it('of one tenant are not given for another (promise 10)', async () => {
    const [one, other] = [freshId(), freshId()];
    under.test.simulator.world.vault.set(SECRET_NAME, 'value');
    expect((await run(one, 0))[0]).toMatch(/^warn .*no expiry date/);
    expect((await run(one, 0))[0]).toMatch(/^info /);
    expect((await run(other, 0))[0]).toMatch(/^warn /);
  });
});
