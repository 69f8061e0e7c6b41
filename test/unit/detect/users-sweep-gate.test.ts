import fc from 'fast-check';
import { UsersSweepGate } from '../../../src/lib/detect/users-sweep-gate.ts';
import { fakeTenant } from './fake-tenant.ts';

const second = 1 / 60;

describe('UsersSweepGate', () => {
  it('asks at once, then once for all that follow within ten seconds', async () => {
    const { ports, clock, jobs } = fakeTenant();
    const gate = new UsersSweepGate();
    const asked: boolean[] = [];
    for (const seconds of [0, 1, 2, 9, 10, 19, 40]) {
      clock.minute = seconds * second;
      asked.push(await gate.request(ports, `at ${seconds}`));
    }
    expect(asked).toEqual([true, true, false, false, true, false, true]);
    expect(jobs).toEqual(
      [
        ['at 0', 0],
        ['at 1', 9],
        ['at 10', 10],
        ['at 40', 0],
      ].map(([causeId, delaySeconds]) => ({ kind: 'sweep', id: 'users', causeId, delaySeconds, continues: false })),
    );
  });

  it('begins sweeps at least ten seconds apart, one of them within twenty seconds after each request', async () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 15_000 }), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(gaps, async (milliseconds) => {
        const { ports, clock, jobs } = fakeTenant();
        const gate = new UsersSweepGate();
        const requested: number[] = [];
        const begins: number[] = [];
        let now = 0;
        for (const gap of milliseconds) {
          now += gap;
          clock.minute = now / 60_000;
          requested.push(now);
          const before = jobs.length;
          await gate.request(ports, 'cause');
          begins.push(...jobs.slice(before).map((job) => now + job.delaySeconds * 1000));
        }
        const pauses = begins.slice(1).map((begin, index) => begin - (begins[index] ?? 0));
        expect(pauses.filter((pause) => pause < 10_000)).toEqual([]);
        const uncovered = requested.filter((at) => !begins.some((begin) => begin >= at && begin < at + 20_000));
        expect(uncovered).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('asks again after a sweep could not be asked for', async () => {
    const { ports, clock, jobs, queue } = fakeTenant();
    const gate = new UsersSweepGate();
    await gate.request(ports, 'first');
    clock.minute = second;
    queue.failure = new Error('The queue is out of reach.');
    await expect(gate.request(ports, 'lost')).rejects.toThrow('out of reach');
    queue.failure = undefined;
    expect(await gate.request(ports, 'sent again')).toBe(true);
    expect(jobs.map((job) => job.causeId)).toEqual(['first', 'sent again']);
  });

  it('fails whoever relies on a sweep that could not be asked for', async () => {
    const { ports, clock, queue } = fakeTenant();
    const gate = new UsersSweepGate();
    await gate.request(ports, 'first');
    clock.minute = second;
    queue.failure = new Error('The queue is out of reach.');
    const both = await Promise.allSettled([gate.request(ports, 'asks'), gate.request(ports, 'relies on it')]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
