import { startGatedStack } from './gated-stack.ts';
import type { GatedStack } from './gated-stack.ts';
import { eventually } from './eventually.ts';

const hour = 60 * 60_000;
const hourly = { HOURLY_SCHEDULE: '0 30 * * * *' };

describe('a timer function on the local host', () => {
  let gated: GatedStack | undefined;
  const start = async (): Promise<GatedStack> => (gated = await startGatedStack(hourly));
  /** Jumps to just before or after the next half past. */
  const toHalfPast = async ({ stack }: GatedStack, milliseconds: number): Promise<void> => {
    const past = (stack.clock.now() + hour / 2) % hour;
    await stack.advance(hour - past + milliseconds);
  };
  const runs = ({ stack }: GatedStack, count: number): Promise<unknown> =>
    eventually(
      () => stack.host.status(),
      ({ functions, inFlight }) => functions['hourly']?.started === count && inFlight === 0,
    );

  afterEach(() => gated?.close());

  it('runs when the clock passes its time, not before, and gets its data', async () => {
    const gated = await start();
    await toHalfPast(gated, -60_000);
    await runs(gated, 0);
    await gated.stack.advance(61_000);
    const call = await gated.gate.next();
    expect(call.input).toMatchObject({ schedule: { adjustForDST: true }, isPastDue: false });
    call.succeed();
    await runs(gated, 1);
  });

  it('makes one run of many occurrences that passed in one jump', async () => {
    const gated = await start();
    await gated.stack.advance(30 * hour);
    (await gated.gate.next()).succeed();
    await runs(gated, 1);
    await toHalfPast(gated, 1_000);
    (await gated.gate.next()).succeed();
    await runs(gated, 2);
  });

  it('runs one at a time; what was missed meanwhile is one more run, not past due', async () => {
    const gated = await start();
    await toHalfPast(gated, 1_000);
    const first = await gated.gate.next();
    await gated.stack.advance(3 * hour);
    expect(await gated.stack.host.status()).toMatchObject({ inFlight: 1 });
    first.succeed();
    const second = await gated.gate.next();
    expect(second.input).toMatchObject({ isPastDue: false });
    second.succeed();
    await runs(gated, 2);
  });

  it.each(['crash', 'stop'] as const)('is past due once after a %s over an occurrence', async (end) => {
    const gated = await start();
    const { stack, gate } = gated;
    await stack.host[end]();
    await stack.advance(5 * hour);
    await stack.restartHost();
    const call = await gate.next();
    expect(call.input).toMatchObject({ isPastDue: true });
    call.succeed();
    await runs(gated, 1);
    await stack.restartHost();
    await runs(gated, 0);
  });

  it('runs again as past due when the host crashes during a run', async () => {
    const gated = await start();
    await toHalfPast(gated, 1_000);
    await gated.gate.next();
    await gated.stack.host.crash();
    await gated.stack.restartHost();
    const again = await gated.gate.next();
    expect(again.input).toMatchObject({ isPastDue: true });
    again.succeed();
    await runs(gated, 1);
  });

  it('is not run late when its schedule has changed', async () => {
    const gated = await start();
    await gated.stack.host.stop();
    await gated.stack.advance(5 * hour);
    await gated.stack.restartHost({ HOURLY_SCHEDULE: '0 15 * * * *' });
    await runs(gated, 0);
  });

  it('runs on one of two hosts, and on the other when the first is gone', async () => {
    const gated = await start();
    const { stack, gate } = gated;
    const other = await stack.addHost();
    await toHalfPast(gated, 1_000);
    const first = await gate.next();
    expect(first.pid).toBe(stack.host.pid);
    first.succeed();
    await runs(gated, 1);
    expect((await other.status()).functions['hourly']?.started).toBe(0);
    const asked = other.run('hourly');
    const byHand = await gate.next();
    expect(byHand.pid).toBe(other.pid);
    byHand.succeed();
    await asked;
    await stack.host.crash();
    await stack.advance(hour);
    const second = await gate.next();
    expect(second.pid).toBe(other.pid);
    second.succeed();
  });

  it('runs at once when asked to, and says how that ended', async () => {
    const gated = await start();
    const failing = gated.stack.host.run('hourly');
    (await gated.gate.next()).fail();
    await expect(failing).rejects.toThrow('The gate said no.');
    await expect(gated.stack.host.run('weekly')).rejects.toThrow('There is no timer or queue function weekly.');
    const answer = await fetch(`${gated.stack.urls.host}/admin/functions/hourly`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(202);
    (await gated.gate.next()).succeed();
    await runs(gated, 2);
  });
});
