import { createGraphTokens } from '../../../src/lib/directory/graph-tokens.ts';
import { UnavailableError } from '../../../src/lib/errors.ts';

const MINUTE_MS = 60_000;

/** A credential whose tokens live an hour by the given time, and that can be out of order. */
function signIn() {
  const state = { now: Date.parse('2026-05-04T08:00:00Z'), asked: 0, isDown: false };
  const payload = () => ({ exp: state.now / 1000 + 3600, roles: ['User.Read.All'], number: state.asked });
  const credential = {
    getToken: async () => {
      state.asked += 1;
      if (state.isDown) throw new UnavailableError('down');
      const token = `header.${Buffer.from(JSON.stringify(payload())).toString('base64url')}.signature`;
      // By a clock that is wrong: the token's own expiry counts.
      return { token, expiresOnTimestamp: 0 };
    },
  };
  return { state, tokens: createGraphTokens(credential, { now: () => new Date(state.now) }) };
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
