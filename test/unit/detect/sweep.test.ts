import { sweep } from '../../../src/lib/detect/sweep.ts';
import { DeltaResetError } from '../../../src/lib/errors.ts';
import type { DeltaPage, UserEntry } from '../../../src/lib/model/directory.ts';
import type { SweepState } from '../../../src/lib/model/job-state.ts';
import type { RecordedAccount } from '../../../src/lib/model/recorded.ts';
import type { Ports } from '../../../src/lib/ports.ts';
import { account } from '../../builders/facts.ts';
import { userId } from '../../builders/record.ts';
import { at } from '../../builders/times.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { usersSweep } from './fake-job.ts';
import { fakeTenant } from './fake-tenant.ts';

const day = 24 * 60;
const disabled: UserEntry = { id: userId, accountEnabled: false };
const recorded: RecordedAccount = { userId, fact: account() };

type Pages = Readonly<Record<string, DeltaPage<UserEntry> | 'reset'>>;

/** Runs the users sweep over these pages; `order` is what happened, one after the other. */
async function swept(state: SweepState, pages: Pages, minute = 0) {
  const order: string[] = [];
  const { directory, derived, tombstones } = unexpectedPorts();
  const tenant = fakeTenant({
    ports: {
      directory: {
        ...directory,
        usersDelta: async (start) => {
          const link = 'link' in start ? start.link : 'latest';
          order.push(`read ${link}`);
          if (order.length > 100) throw new Error('The sweep does not end.');
          const page = pages[link] ?? 'reset';
          if (page === 'reset') throw new DeltaResetError('The link is dead.');
          return page;
        },
      },
      derived: { ...derived, account: async () => recorded },
      tombstones: { ...tombstones, remove: async () => undefined },
    },
  });
  tenant.clock.minute = minute;
  const ports: Ports = {
    ...tenant.ports,
    reconcileQueue: {
      send: async (requests, lane) => {
        if (requests.length > 0) order.push(`enqueue ${requests.length} ${lane}`);
      },
    },
    jobQueue: {
      send: async ({ kind }) => {
        order.push(`ask for ${kind}`);
      },
    },
  };
  const result = await sweep(ports, {
    request: usersSweep,
    state,
    checkpoint: async (stored) => {
      order.push(`store ${stored.kind === 'sweep' ? (stored.nextLink ?? '') : ''}`);
    },
    overBudget: () => false,
  });
  return { ...result, order, lines: tenant.lines };
}

const known: SweepState = { kind: 'sweep', deltaLink: 'old', linkDateTime: at(0) };
const page = (links: Omit<DeltaPage<UserEntry>, 'entries'>, ...entries: readonly UserEntry[]) => ({
  entries,
  ...links,
});

describe('sweep', () => {
  it('starts from now, with everything compared before the link is stored', async () => {
    expect(await swept({ kind: 'sweep' }, { latest: page({ delta: 'first' }, disabled) })).toMatchObject({
      state: { kind: 'sweep', deltaLink: 'first', linkDateTime: at(0) },
      finished: true,
      order: ['read latest', 'ask for fullSync'],
    });
  });

  it('enqueues whom a page speaks of before it stores the page’s link (promise 11)', async () => {
    const pages = {
      old: page({ next: 'more' }, disabled),
      more: page({ next: 'last' }),
      last: page({ delta: 'new' }, disabled),
    };
    expect(await swept(known, pages, 10)).toMatchObject({
      state: { kind: 'sweep', deltaLink: 'new', linkDateTime: at(10) },
      finished: true,
      counts: { users: 2, pages: 3 },
      order: ['read old', 'enqueue 1 fresh', 'store more', 'read more', 'store last', 'read last', 'enqueue 1 fresh'],
    });
  });

  it('goes on inside a round', async () => {
    const { order } = await swept({ ...known, nextLink: 'more' }, { more: page({ delta: 'new' }) });
    expect(order).toEqual(['read more']);
  });

  it('reads a round again from its start when a link inside it died', async () => {
    const pages = { more: 'reset', old: page({ delta: 'new' }, disabled) } as const;
    expect(await swept({ ...known, nextLink: 'more' }, pages)).toMatchObject({
      state: { deltaLink: 'new' },
      order: ['read more', 'read old', 'enqueue 1 fresh'],
    });
  });

  it.each([
    ['its link died', known, 0, ['read old', 'read latest', 'ask for fullSync']],
    ['its link is six days old', known, 6 * day, ['read latest', 'ask for fullSync']],
    [
      'both of its links died',
      { ...known, nextLink: 'more' },
      0,
      ['read more', 'read old', 'read latest', 'ask for fullSync'],
    ],
  ])('starts anew, and never takes that for a loss, when %s', async (_case, state, minute, order) => {
    const result = await swept(state, { latest: page({ delta: 'new' }) }, minute);
    expect(result).toMatchObject({ finished: true, order });
    expect(result.state).toEqual({ kind: 'sweep', deltaLink: 'new', linkDateTime: at(minute) });
  });

  it('reads a round again only once: where its links die again and again it starts anew', async () => {
    const { order } = await swept(known, { old: page({ next: 'more' }), latest: page({ delta: 'new' }) });
    const round = ['read old', 'store more', 'read more'];
    expect(order).toEqual([...round, ...round, 'read latest', 'ask for fullSync']);
  });

  it('leaves a circle of links by starting anew, and says so', async () => {
    const pages = {
      old: page({ next: 'a' }),
      a: page({ next: 'b' }),
      b: page({ next: 'a' }),
      latest: page({ delta: 'new' }),
    };
    const result = await swept(known, pages);
    expect(result.state).toEqual({ kind: 'sweep', deltaLink: 'new', linkDateTime: at(0) });
    expect(result.order.slice(-2)).toEqual(['read latest', 'ask for fullSync']);
    expect(result.lines).toEqual([expect.stringContaining('repeated a link')]);
  });

  it('refuses a page without a link', async () => {
    await expect(swept(known, { old: page({}) })).rejects.toThrow(DeltaResetError);
  });
});
