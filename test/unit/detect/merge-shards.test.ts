import { mergeShards } from '../../../src/lib/detect/merge-shards.ts';
import { runJob } from '../../../src/lib/detect/run-job.ts';
import { createLog } from '../../../src/lib/log.ts';
import type { JobState, SweepState } from '../../../src/lib/model/job-state.ts';
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
    jobQueue: { send: async (request) => void sent.push(request) },
    reconcileQueue: { send: async () => undefined },
    directory: {
      ...unexpectedPorts().directory,
      groupsDelta: async (from) => {
        asked.push('link' in from ? from.link : `now ${from.groupIds.length}`);
        return { entries: [], delta: 'link' in from ? `${from.link}+` : `new ${asked.length}` };
      },
    },
  });
  return { rows, asked, sent, ports };
}

describe('merging delta shards', () => {
  it('does nothing when as many shards are needed', async () => {
    const { ports, asked } = world({ 'groups|0': shard('a', 1, 2) }, [1, 2]);
    await mergeShards(ports, 'cause');
    expect(asked).toEqual([]);
  });

  it('starts one shard from now, reads the old ones to their end once more, and removes them', async () => {
    const start = { users: { kind: 'sweep' as const }, 'groups|0': shard('a', 1, 2), 'groups|4': shard('b', 3, 9) };
    const { ports, rows, asked, sent } = world(start, [1, 2, 3]);
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
    for (const request of sent) await runJob(ports, request);
    expect(asked).toEqual(['now 3', 'a', 'b']);
    expect([...rows.keys()]).toEqual(['users', 'groups|5']);
  });

  it('compares what a dead link of an old shard would have told, before it removes the shard', async () => {
    const dead = { ...shard('a', 1), linkDateTime: '2026-01-01T00:00:00.000Z' };
    const { ports, rows, sent } = world({ 'groups|0': dead, 'groups|1': shard('b', 2) }, [1, 2]);
    await mergeShards(ports, 'cause');
    for (const request of [...sent]) await runJob(ports, request);
    expect(sent.map(({ kind, id }) => [kind, id])).toContainEqual(['expand', group(1)]);
    expect([...rows.keys()]).toEqual(['groups|2']);
  });
});
