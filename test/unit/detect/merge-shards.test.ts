import { mergeShards } from '../../../src/lib/detect/merge-shards.ts';
import { runJob } from '../../../src/lib/detect/run-job.ts';
import { createLog } from '../../../src/lib/log.ts';
import type { JobState, SweepState } from '../../../src/lib/model/job-state.ts';
import { newJobRequest } from '../../../src/lib/model/new-request.ts';
import type { JobRequest } from '../../../src/lib/model/request.ts';
import type { WatchedGroup } from '../../../src/lib/model/watched-group.ts';
import type { JobStore, Ports } from '../../../src/lib/ports.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';

const group = (number: number): string => `bbbbbbbb-0000-4000-8000-${String(number).padStart(12, '0')}`;
const since = '2026-02-01T00:00:00.000Z';
const shard = (link: string, ...numbers: number[]): SweepState => ({
  kind: 'sweep',
  groupIds: numbers.map(group),
  deltaLink: link,
  linkDateTime: since,
});

/** Sweep rows in memory, with a directory whose delta links count up. */
function world(start: Readonly<Record<string, SweepState>>, watched: readonly number[]) {
  const rows = new Map<string, JobState | undefined>(Object.entries(start));
  const asked: string[] = [];
  const sent: JobRequest[] = [];
  const delays: (number | undefined)[] = [];
  const clock = { time: Date.parse(since) };
  const jobs: JobStore = {
    ...unexpectedPorts().jobs,
    sweeps: async () => new Map([...rows].sort()),
    begin: async ({ id }) => ({
      state: rows.get(id),
      checkpoint: async (state) => void rows.set(id, state),
      release: async (state) => void rows.set(id, state),
      finish: async (state) => {
        rows.set(id, state);
        return 'done';
      },
      remove: async () => void rows.delete(id),
    }),
  };
  const watchedGroup = (number: number): WatchedGroup => {
    return { groupId: group(number), displayName: 'g', mapped: true, parents: [], state: 'present', stateSince: since };
  };
  const ports: Ports = unexpectedPorts({
    log: createLog(() => undefined),
    jobs,
    watched: { ...unexpectedPorts().watched, list: async () => watched.map(watchedGroup) },
    clock: { now: () => new Date(clock.time) },
    jobQueue: {
      send: async (request, delay) => {
        sent.push(request);
        delays.push(delay);
      },
    },
    reconcileQueue: { send: async () => undefined },
    directory: {
      ...unexpectedPorts().directory,
      groupsDelta: async (from) => {
        asked.push('link' in from ? from.link : `now ${from.groupIds.length}`);
        return { entries: [], delta: 'link' in from ? `${from.link}+` : `new ${asked.length}` };
      },
    },
  });
  /** Minutes go by, far more than the lag. */
  const pass = (): void => void (clock.time += 300_000);
  return { rows, asked, sent, delays, ports, pass };
}

describe('merging delta shards', () => {
  it('does nothing when as many shards are needed', async () => {
    const { ports, asked } = world({ 'groups|0': shard('a', 1, 2) }, [1, 2]);
    await mergeShards(ports, 'cause');
    expect(asked).toEqual([]);
  });

  it('starts one shard from now, reads the old ones to their end once more, and removes them', async () => {
    const start = { users: { kind: 'sweep' as const }, 'groups|0': shard('a', 1, 2), 'groups|4': shard('b', 3, 9) };
    const { ports, rows, asked, sent, delays, pass } = world(start, [1, 2, 3]);
    await mergeShards(ports, 'cause');
    expect(rows.get('groups|5')).toEqual({
      kind: 'sweep',
      groupIds: [group(1), group(2), group(3)],
      deltaLink: 'new 1',
      linkDateTime: since,
    });
    expect(sent.map(({ kind, id }) => [kind, id])).toEqual([
      ['sweep', 'groups|0'],
      ['sweep', 'groups|4'],
    ]);
    expect(delays).toEqual([3, 3]);
    pass();
    for (const request of sent) await runJob(ports, request);
    expect(asked).toEqual(['now 3', 'a', 'b']);
    expect([...rows.keys()]).toEqual(['users', 'groups|5']);
  });

  it('keeps an old one that was read sooner than a lag later: its replica may be behind the new shard', async () => {
    const { ports, rows, asked, sent, pass } = world({ 'groups|0': shard('a', 1), 'groups|1': shard('b', 2) }, [1, 2]);
    await mergeShards(ports, 'cause');
    const [request] = sent;
    if (!request) throw new Error('The old shard is asked for.');
    // The timer's message comes first.
    await runJob(ports, { ...request, enqueuedDateTime: '2026-02-01T00:00:01.000Z' });
    expect([...rows.keys()]).toContain('groups|0');
    pass();
    await runJob(ports, request);
    expect([...rows.keys()]).not.toContain('groups|0');
    expect(asked).toEqual(['now 2', 'a', 'a+']);
  });

  it('keeps an old one whose round began too soon, however late it ends', async () => {
    const { ports, rows, sent, pass } = world({ 'groups|0': shard('a', 1), 'groups|1': shard('b', 2) }, [1, 2]);
    await mergeShards(ports, 'cause');
    const [request] = sent;
    const retiring = rows.get('groups|0');
    if (!request || retiring?.kind !== 'sweep') throw new Error('The old shard is asked for.');
    rows.set('groups|0', { ...retiring, nextLink: 'page 2' });
    pass();
    await runJob(ports, request);
    expect([...rows.keys()]).toContain('groups|0');
    await runJob(ports, request);
    expect([...rows.keys()]).not.toContain('groups|0');
  });

  it('removes at once an old one that was retired before the time was kept', async () => {
    const { ports, rows } = world({ 'groups|0': { ...shard('a', 1), retiring: true } }, [1]);
    const request = newJobRequest(
      { tenantId: ports.tenantId, now: new Date(since), causeId: 'c' },
      'sweep',
      'groups|0',
    );
    await runJob(ports, request);
    expect([...rows.keys()]).toEqual([]);
  });

  it('compares what a dead link of an old shard would have told, before it removes the shard', async () => {
    const dead = { ...shard('a', 1), linkDateTime: '2026-01-01T00:00:00.000Z' };
    const { ports, rows, sent, pass } = world({ 'groups|0': dead, 'groups|1': shard('b', 2) }, [1, 2]);
    await mergeShards(ports, 'cause');
    pass();
    for (const request of [...sent]) await runJob(ports, request);
    expect(sent.map(({ kind, id }) => [kind, id])).toContainEqual(['expand', group(1)]);
    expect([...rows.keys()]).toEqual(['groups|2']);
  });
});
