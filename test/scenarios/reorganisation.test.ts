import { crowd, idOf, usualRules } from './kit/cast.ts';
import { approveAll, openHolds, standing } from './kit/crowd.ts';
import type { Scene } from './kit/scene.ts';
import { useStage } from './kit/stage.ts';

/** How many move at once; one more stays behind. `REORGANISED=500 npx jest test/scenarios/reorganisation.test.ts` moves more. */
const count = Number(process.env['REORGANISED'] ?? 50);
const people = crowd(count);
const few = people.slice(0, 50);
/** Milliseconds; a machine with much else to do takes its time. */
const timeout = 120_000 + count * 1_000;

/** Two business functions, each with a role; the hold's policy is the usual one, or lets everybody but the last go. */
const rules = (tenant: string): Record<string, unknown> => ({
  ...usualRules(),
  roles: ['seller', 'buyer'].map((id, index) => ({ id, precedence: index + 1 })),
  businessFunctions: [{ id: 'sales' }, { id: 'purchasing' }],
  rules: [
    { id: 'a', group: { id: idOf('crowd') }, grants: { roles: ['seller'], businessFunctions: ['sales'] } },
    { id: 'b', group: { id: idOf('lab') }, grants: { roles: ['buyer'], businessFunctions: ['purchasing'] } },
  ],
  holds: { lossPercent: tenant === 'let go' ? 100 : 30, lossMinimum: 3, windowHours: 24, groupDeleted: 'hold' },
});

const stage = useStage({
  tenants: ['held at the line', 'let go'],
  members: (tenant) => ({ crowd: [...(tenant === 'let go' ? few : people), 'stays'], lab: ['lea'] }),
  rules,
  patience: timeout,
});

describe('a reorganisation in the directory, found by one sweep (R18)', () => {
  /** Everybody but one moves from the group of the one function to that of the other. */
  async function reorganise(scene: Scene, moved: readonly string[]): Promise<void> {
    stage().stack.simulator.world.control.notifications.loss = 1;
    for (const one of moved) {
      scene.leave(one, 'crowd');
      scene.join(one, 'lab');
    }
    await stage().run('deltaSweep');
    await stage().settle();
  }

  it(
    'moves people up to the line at once, and the others when a person approves',
    async () => {
      const scene = stage().scene('held at the line');
      await reorganise(scene, people);
      // Nobody waits for what the new group gives.
      expect((await standing(scene, people, 'purchasing')).firm).toEqual(people);
      const { firm, pending } = await standing(scene, people, 'sales');
      expect(firm).toEqual([]);
      const passed = Math.floor(((count + 1) * 30) / 100);
      expect(pending).toHaveLength(count - passed);
      expect((await openHolds(stage(), scene)).map((hold) => hold.pending.length)).toEqual([count - passed]);
      expect(await approveAll(stage(), scene)).toBe(202);
      await stage().settle();
      for (const each of ['seller', 'sales']) {
        expect(await standing(scene, [...people, 'stays'], each)).toEqual({ firm: ['stays'], pending: [] });
      }
      expect(await scene.changes(pending[0] ?? '', 'revoke', 'businessFunction sales')).toBe(1);
      expect(await scene.verdict()).toEqual([]);
    },
    timeout,
  );

  it(
    'moves everybody at once where the policy lets them go, each in one change',
    async () => {
      const scene = stage().scene('let go');
      await reorganise(scene, few);
      for (const each of ['seller', 'sales']) {
        expect(await standing(scene, [...few, 'stays'], each)).toEqual({ firm: ['stays'], pending: [] });
      }
      expect((await standing(scene, few, 'purchasing')).firm).toEqual(few);
      expect(await openHolds(stage(), scene)).toEqual([]);
      const moved = (await scene.audit(few[0] ?? '')).at(-1)?.changes.map(({ type, id }) => `${type} ${id}`);
      expect(moved).toEqual(['grant buyer', 'revoke seller', 'grant purchasing', 'revoke sales']);
      expect(await scene.verdict()).toEqual([]);
    },
    timeout,
  );
});
