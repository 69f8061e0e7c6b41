import { createGraphTokens } from '../../../src/lib/directory/graph-tokens.ts';
import { NoAnswerError, UnavailableError } from '../../../src/lib/errors.ts';

const MINUTE_MS = 60_000;
/** Limit of a sign-in here, in real time. */
const LIMIT_MS = 20;

/** A credential whose tokens live an hour by the given time, and that can be out of order. */
function signIn() {
  const state = { now: Date.parse('2026-05-04T08:00:00Z'), asked: 0, isDown: false, isSilent: false };
  const payload = () => ({ exp: state.now / 1000 + 3600, roles: ['User.Read.All'], number: state.asked });
  const credential = {
    getToken: async () => {
      state.asked += 1;
      if (state.isDown) throw new UnavailableError('down');
      if (state.isSilent) return new Promise<never>(() => undefined);
      const token = `header.${Buffer.from(JSON.stringify(payload())).toString('base64url')}.signature`;
      // By a clock that is wrong: the token's own expiry counts.
      return { token, expiresOnTimestamp: 0 };
    },
  };
  return { state, tokens: createGraphTokens(credential, { now: () => new Date(state.now) }, LIMIT_MS) };
}

describe('tokens for Graph', () => {
  it('are asked for once by many at the same time', async () => {
    const { state, tokens } = signIn();
    const got = await Promise.all([tokens.get(), tokens.get(), tokens.permissions()]);
    expect(state.asked).toBe(1);
    expect(got[0]).toBe(got[1]);
    expect(got[2]).toEqual(new Set(['User.Read.All']));
  });

  it('are renewed five minutes early, and an outage in these minutes costs nothing', async () => {
    const { state, tokens } = signIn();
    const first = await tokens.get();
    state.now += 54 * MINUTE_MS;
    expect(await tokens.get()).toBe(first);
    state.now += 2 * MINUTE_MS;
    state.isDown = true;
    expect(await tokens.get()).toBe(first);
    state.now += 5 * MINUTE_MS;
    await expect(tokens.get()).rejects.toThrow('down');
    state.isDown = false;
    expect(await tokens.get()).not.toBe(first);
  });

  it('are waited for no longer than the limit, and then not by everybody who comes next', async () => {
    const { state, tokens } = signIn();
    state.isSilent = true;
    const waiting = await Promise.allSettled([tokens.get(), tokens.permissions()]);
    for (const result of waiting) {
      expect(result.status === 'rejected' && result.reason instanceof NoAnswerError).toBe(true);
    }
    expect(state.asked).toBe(1);
    await expect(tokens.get()).rejects.toThrow('The sign-in for Microsoft Graph gave no answer');
    expect(state.asked).toBe(1);
    // Half a minute later it is tried again, and a silence that has ended is over.
    state.now += MINUTE_MS / 2;
    await expect(tokens.get()).rejects.toMatchObject({ kind: 'againAfter' });
    expect(state.asked).toBe(2);
    state.now += MINUTE_MS / 2;
    state.isSilent = false;
    expect(await tokens.get()).toContain('header.');
  });

  it('that are still good are used when their renewal gets no answer', async () => {
    const { state, tokens } = signIn();
    const first = await tokens.get();
    state.now += 56 * MINUTE_MS;
    state.isSilent = true;
    expect([await tokens.get(), await tokens.get(), state.asked]).toEqual([first, first, 2]);
  });

  it('that were refused are not offered again, even if the sign-in is down', async () => {
    const { state, tokens } = signIn();
    const refused = await tokens.get();
    state.isDown = true;
    expect(tokens.drop(refused, 401)).toBe(true);
    await expect(tokens.get()).rejects.toThrow('down');
  });

  it('are dropped for 403 once a minute', async () => {
    const { state, tokens } = signIn();
    expect(tokens.drop(await tokens.get(), 403)).toBe(true);
    expect(tokens.drop(await tokens.get(), 403)).toBe(false);
    state.now += MINUTE_MS;
    expect(tokens.drop(await tokens.get(), 403)).toBe(true);
  });

  it('that were replaced meanwhile are worth another try', async () => {
    const { tokens } = signIn();
    const first = await tokens.get();
    tokens.drop(first, 401);
    const second = await tokens.get();
    expect(tokens.drop(first, 403)).toBe(true);
    expect(await tokens.get()).toBe(second);
  });

  it('that cannot be read have no permissions and the expiry the library gives', async () => {
    const now = Date.parse('2026-05-04T08:00:00Z');
    const credential = { getToken: async () => ({ token: 'opaque', expiresOnTimestamp: now + 60 * MINUTE_MS }) };
    const tokens = createGraphTokens(credential, { now: () => new Date(now) });
    expect(await tokens.permissions()).toEqual(new Set());
    expect(await tokens.get()).toBe('opaque');
  });
});
