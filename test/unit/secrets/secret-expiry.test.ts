import fc from 'fast-check';
import { z } from 'zod';
import { createLog } from '../../../src/lib/log.ts';
import { expiryOf, remindOfSecretExpiry } from '../../../src/lib/secrets/secret-expiry.ts';
import type { SecretVersion } from '../../../src/lib/secrets/vault.ts';

const DAY_MS = 24 * 3600_000;
const days = [30, 14, 7, 3, 1, 0];
const expiresOn = new Date('2026-11-30T09:00:00Z');
const before = (count: number) => new Date(expiresOn.getTime() - count * DAY_MS);

describe('which threshold is due', () => {
  it.each([
    { left: 30.01, expected: { kind: 'fine', daysLeft: 30 } },
    { left: 30, expected: { kind: 'due', daysLeft: 30, threshold: 30 } },
    { left: 14.5, expected: { kind: 'due', daysLeft: 14, threshold: 30 } },
    { left: 14, expected: { kind: 'due', daysLeft: 14, threshold: 14 } },
    { left: 5, expected: { kind: 'due', daysLeft: 5, threshold: 7 } },
    { left: 3, expected: { kind: 'due', daysLeft: 3, threshold: 3 } },
    { left: 0.5, expected: { kind: 'due', daysLeft: 0, threshold: 1 } },
    { left: 0, expected: { kind: 'due', daysLeft: 0, threshold: 0 } },
    { left: -3, expected: { kind: 'due', daysLeft: -3, threshold: 0 } },
  ])('$left days before', ({ left, expected }) => {
    expect(expiryOf(expiresOn, before(left), days)).toEqual(expected);
  });

  it('is not known without an expiry date', () => {
    expect(expiryOf(undefined, before(1), days)).toEqual({ kind: 'unknown' });
  });

  it('does not depend on the order of the thresholds', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(days, { minLength: days.length }),
        fc.double({ min: -5, max: 40, noNaN: true }),
        (order, left) => {
          expect(expiryOf(expiresOn, before(left), order)).toEqual(expiryOf(expiresOn, before(left), days));
        },
      ),
    );
  });
});

/** A vault with one version, a memory of reminders and a clock, all in the test's hands. */
function reminder(version: SecretVersion) {
  const state = { version, now: before(60), lines: new Array<Record<string, unknown>>() };
  const remembered = new Set<string>();
  const log = createLog((level, line) => {
    state.lines.push({ level, ...z.record(z.string(), z.unknown()).parse(JSON.parse(line)) });
  });
  const vault = {
    url: 'https://vault.example',
    read: () => Promise.reject(new Error('The value is not needed.')),
    describe: () => Promise.resolve(state.version),
  };
  const secret = { tenantId: 'tenant', clientId: 'client', secretName: 'name', vault, days };
  const reminders = {
    reminded: async (key: string) => remembered.has(key),
    remember: async (key: string) => {
      remembered.add(key);
    },
  };
  return {
    state,
    run: async () => {
      state.lines.length = 0;
      await remindOfSecretExpiry(secret, { reminders, clock: { now: () => state.now }, log });
      return state.lines.map(({ level }) => level);
    },
  };
}

describe('the reminder', () => {
  it('warns once per threshold, day after day, until after the expiry', async () => {
    const { state, run } = reminder({ name: 'name', version: 'v1', expiresOn });
    const warnedAt: number[] = [];
    for (let left = 40; left >= -10; left -= 1) {
      state.now = before(left);
      if ((await run()).includes('warn')) warnedAt.push(left);
      expect(await run()).toEqual(['info']);
    }
    expect(warnedAt).toEqual(days);
  });

  it('catches up with the tightest threshold only, after a pause', async () => {
    const { state, run } = reminder({ name: 'name', version: 'v1', expiresOn });
    state.now = before(2);
    expect(await run()).toEqual(['warn']);
    expect(await run()).toEqual(['info']);
  });

  it('starts anew with a new version', async () => {
    const { state, run } = reminder({ name: 'name', version: 'v1', expiresOn });
    state.now = before(1);
    expect(await run()).toEqual(['warn']);
    state.version = { ...state.version, version: 'v2' };
    expect(await run()).toEqual(['warn']);
  });

  it('says which app, secret and version, how long, and what to do', async () => {
    const { state, run } = reminder({ name: 'name', version: 'v1', expiresOn, description: 'prod 2026' });
    state.now = before(6.5);
    await run();
    expect(state.lines).toMatchObject([
      {
        message: 'The client secret expires soon',
        tenantId: 'tenant',
        clientId: 'client',
        secretName: 'name',
        secretVersion: 'v1',
        description: 'prod 2026',
        daysLeft: 6,
        threshold: 7,
        expiresDateTime: '2026-11-30T09:00:00.000Z',
      },
    ]);
    expect(state.lines[0]?.['remedy']).toContain('as a new version of name');
    state.now = before(-1);
    await run();
    expect(state.lines[0]?.['message']).toBe('The client secret has expired');
  });

  it('warns once of a version without an expiry date', async () => {
    const { state, run } = reminder({ name: 'name', version: 'v1' });
    expect(await run()).toEqual(['warn']);
    expect(state.lines[0]?.['message']).toContain('no expiry date');
    expect(await run()).toEqual(['info']);
  });

  it('says so when nothing is due', async () => {
    const { run } = reminder({ name: 'name', version: 'v1', expiresOn });
    expect(await run()).toEqual(['info']);
  });
});
