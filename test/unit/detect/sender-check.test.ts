import { SenderCheck } from '../../../src/lib/detect/sender-check.ts';
import { fakeTenant, subscriptionOf } from './fake-tenant.ts';

const second = 1 / 60;

describe('SenderCheck', () => {
  it.each([
    ['the present clientState', 'new', true],
    ['the previous one', 'old', true],
    ['that of another subscription', 'other', true],
    ['one that was never given', 'guess', false],
    ['the stored hash itself', subscriptionOf('new').clientStateHash, false],
    ['another case', 'NEW', false],
  ])('%s', async (_case, clientState, accepted) => {
    const { ports } = fakeTenant({ subscriptions: [subscriptionOf('new', 'old'), subscriptionOf('other')] });
    expect(await new SenderCheck().accepts(ports, clientState)).toBe(accepted);
  });

  it('accepts nothing where nothing sound is stored', async () => {
    const unsound = { ...subscriptionOf('x'), clientStateHash: 'not a hash' };
    expect(await new SenderCheck().accepts(fakeTenant({ subscriptions: [] }).ports, 'x')).toBe(false);
    expect(await new SenderCheck().accepts(fakeTenant({ subscriptions: [unsound] }).ports, 'not a hash')).toBe(false);
  });

  it('reads the table once a minute for those it knows, and at most every five seconds for strangers', async () => {
    const { ports, clock, reads } = fakeTenant();
    const check = new SenderCheck();
    const readsAfter = async (seconds: number, clientState: string): Promise<number> => {
      clock.minute = seconds * second;
      await check.accepts(ports, clientState);
      return reads.subscriptions;
    };
    expect(await readsAfter(0, 'secret')).toBe(1);
    expect(await readsAfter(1, 'stranger')).toBe(2);
    expect(await readsAfter(2, 'stranger')).toBe(2);
    expect(await readsAfter(5, 'another stranger')).toBe(2);
    expect(await readsAfter(6, 'stranger')).toBe(3);
    expect(await readsAfter(65, 'secret')).toBe(3);
    expect(await readsAfter(66, 'secret')).toBe(4);
  });

  it('knows a new clientState at once, and no longer the one that it replaced', async () => {
    const { ports, clock, stored } = fakeTenant();
    const check = new SenderCheck();
    await check.accepts(ports, 'secret');
    stored.subscriptions = [subscriptionOf('renewed')];
    clock.minute = second;
    expect(await check.accepts(ports, 'renewed')).toBe(true);
    expect(await check.accepts(ports, 'secret')).toBe(false);
  });

  it('fails when the table cannot be read, rather than taking Graph for a stranger', async () => {
    const { ports } = fakeTenant({
      ports: {
        subscriptions: { list: () => Promise.reject(new Error('away')), save: () => Promise.reject(new Error('no')) },
      },
    });
    await expect(new SenderCheck().accepts(ports, 'secret')).rejects.toThrow('away');
  });
});
