import { WatchedSet } from '../../../src/lib/detect/watched-set.ts';
import { alpha, beta } from '../../builders/rules.ts';
import { everythingGoesOn, fakeTenant, watchedGroup } from './fake-tenant.ts';

const second = 1 / 60;

describe('WatchedSet', () => {
  it('lets everything through while cold, then drops what nobody watches', async () => {
    const { ports, reads } = fakeTenant({ watched: [alpha] });
    const set = new WatchedSet();
    expect([set.mayContain(ports, alpha), set.mayContain(ports, beta)]).toEqual([true, true]);
    await everythingGoesOn();
    expect([set.mayContain(ports, alpha), set.mayContain(ports, beta)]).toEqual([true, false]);
    expect(reads.watched).toBe(1);
  });

  it('reads again after half a minute, and lets everything through meanwhile', async () => {
    const { ports, clock, stored, reads } = fakeTenant({ watched: [alpha] });
    const set = new WatchedSet();
    set.mayContain(ports, alpha);
    await everythingGoesOn();
    stored.watched = [watchedGroup(beta)];
    clock.minute = 30 * second;
    expect(set.mayContain(ports, beta)).toBe(false);
    clock.minute = 31 * second;
    expect([set.mayContain(ports, alpha), set.mayContain(ports, beta)]).toEqual([true, true]);
    await everythingGoesOn();
    expect([set.mayContain(ports, alpha), set.mayContain(ports, beta)]).toEqual([false, true]);
    expect(reads.watched).toBe(2);
  });

  it('lets everything through while the table is out of reach, says so, and tries again', async () => {
    const { ports, lines } = fakeTenant();
    const list = jest.fn<Promise<never>, []>().mockRejectedValue(new Error('away'));
    const set = new WatchedSet();
    const broken = { ...ports, watched: { list, find: list, change: list } };
    expect(set.mayContain(broken, alpha)).toBe(true);
    await everythingGoesOn();
    expect(set.mayContain(broken, alpha)).toBe(true);
    await everythingGoesOn();
    expect(list).toHaveBeenCalledTimes(2);
    expect(lines[0]).toContain('error {"message":"The watched groups could not be read');
  });
});
