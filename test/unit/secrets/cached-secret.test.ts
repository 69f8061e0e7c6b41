import { createCachedSecret } from '../../../src/lib/secrets/cached-secret.ts';

/** A vault whose newest version is in the test's hands. */
function cached() {
  const state = { now: 0, value: 'first', reads: 0 };
  const vault = {
    url: 'https://vault.example',
    read: async () => {
      state.reads += 1;
      return { version: state.value, value: state.value };
    },
    describe: () => Promise.reject(new Error('Not asked for.')),
  };
  return { state, secret: createCachedSecret(vault, 'name', { now: () => new Date(state.now) }) };
}

describe('a cached secret', () => {
  it('is read once for all who want it, and again after ten minutes', async () => {
    const { state, secret } = cached();
    await Promise.all([secret.get(), secret.get()]);
    state.now = 10 * 60_000 - 1;
    await secret.get();
    expect(state.reads).toBe(1);
    state.now += 1;
    state.value = 'second';
    expect((await secret.get()).value).toBe('second');
  });

  it('has no replacement while the vault has no other version', async () => {
    const { secret } = cached();
    expect(await secret.replacementFor(await secret.get())).toBeUndefined();
  });

  it('is read again at most every 30 seconds on refusals', async () => {
    const { state, secret } = cached();
    const refused = await secret.get();
    await secret.replacementFor(refused);
    state.value = 'second';
    state.now = 29_999;
    expect(await secret.replacementFor(refused)).toBeUndefined();
    expect(state.reads).toBe(2);
    state.now = 30_000;
    expect((await secret.replacementFor(refused))?.value).toBe('second');
    expect((await secret.get()).value).toBe('second');
  });

  it('that was replaced meanwhile costs no read', async () => {
    const { state, secret } = cached();
    const refused = await secret.get();
    state.value = 'second';
    await secret.replacementFor(refused);
    expect((await secret.replacementFor(refused))?.value).toBe('second');
    expect(state.reads).toBe(2);
  });
});
