import { z } from 'zod';
import { directoryGroup, directoryUser } from '../../dev/simulator/world/directory-object.ts';
import { graphRequest } from './control-client.ts';
import { startTestTenant, testId } from './test-tenant.ts';

const USERS = 100_000;
const GROUPS = 1_000;
const MEMBERSHIPS_PER_USER = 10;
const createdDateTime = '2026-01-05T09:00:00Z';

function* users() {
  for (let number = 0; number < USERS; number += 1) yield directoryUser({ id: testId('a', number), createdDateTime });
}

function* groups() {
  for (let number = 0; number < GROUPS; number += 1) yield directoryGroup({ id: testId('b', number), createdDateTime });
}

/** 1,000 members for each group, spread over all users. */
function* members() {
  for (let group = 0; group < GROUPS; group += 1) {
    const memberIds = Array.from({ length: (USERS * MEMBERSHIPS_PER_USER) / GROUPS }, (_, place) =>
      testId('a', (group * 101 + place * 97) % USERS),
    );
    yield [testId('b', group), memberIds] as const;
  }
}

/** Processor time of this process: what others do on the machine is not the simulator's speed. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

describe('a large tenant', () => {
  it('loads 100,000 users with 1,000,000 memberships in seconds and answers pages fast', async () => {
    const test = await startTestTenant();
    try {
      const { directory } = test;
      const start = cpuMs();
      directory.seed({ users: users(), groups: groups(), members: members() });
      const loadMs = cpuMs() - start;
      expect(directory.userIds()).toHaveLength(USERS);
      let memberships = 0;
      for (const id of directory.groupIds()) memberships += directory.directMembers(id).length;
      expect(memberships).toBe(USERS * MEMBERSHIPS_PER_USER);
      expect(loadMs).toBeLessThan(20_000);

      // In process, so that the figure is the simulator's own and not that of TLS or of this test's client.
      test.simulator.world.control.settings.throttling = false;
      const authorization = `Bearer ${await test.accessToken(test.clientId)}`;
      const readPage = async (page: number) => {
        const reply = await test.simulator.graph.answer({
          method: 'GET',
          path: `/v1.0/groups/${testId('b', page % GROUPS)}/members`,
          query: new URLSearchParams({ $select: 'id' }),
          headers: { authorization, host: 'localhost' },
          text: '',
        });
        if (reply.status !== 200) throw new Error(`Page ${page} was ${reply.status}.`);
      };
      const rates: number[] = [];
      for (let round = 0; round < 6; round += 1) {
        const roundStart = cpuMs();
        for (let page = 0; page < 500; page += 1) await readPage(page);
        rates.push(500 / ((cpuMs() - roundStart) / 1000));
      }
      const best = Math.round(Math.max(...rates));
      console.log(`loaded in ${Math.round(loadMs)} ms of CPU; ${best} member pages of 100 per CPU second at best`);
      // Best of several rounds, far below what an idle machine does: caches suffer from neighbours all the same.
      expect(best).toBeGreaterThan(500);

      const token = await test.accessToken(test.clientId);
      const last = await graphRequest(test.simulator, token, 'GET', '/users?$select=id&$top=999');
      expect(z.object({ value: z.array(z.unknown()) }).parse(last.body).value).toHaveLength(999);
    } finally {
      await test.close();
    }
  }, 120_000);
});
