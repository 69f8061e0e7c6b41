import { crowd, idOf } from './cast.ts';
import { operate } from './operator.ts';
import { askForSweeps } from './queues.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

/** Ten people in `crowd`; with 30 percent and 3 as the line, three may go and the fourth is held. */
export const people = crowd(10);
export const leavers = people.slice(0, 6);
export const others = ['new-0', 'new-1', 'new-2', 'new-3', 'new-4', 'new-5'];

/** One way in which many lose something. */
export interface Way {
  /** The directory changes, and a feed finds it. */
  readonly lose: (stage: Stage, scene: Scene) => Promise<void>;
  /** How many of the leavers pass before the line is crossed. */
  readonly passes: number;
  readonly undo: (scene: Scene, name: string) => void;
  readonly leave: (scene: Scene, name: string) => void;
  readonly ledger: string;
}

export const ofGroup = {
  ledger: idOf('crowd'),
  leave: (scene: Scene, name: string) => {
    scene.leave(name, 'crowd');
  },
  undo: (scene: Scene, name: string) => {
    scene.join(name, 'crowd');
  },
};

/** They leave `crowd` one after the other; between two of them the stage comes to rest, or does what is said. */
export async function oneByOne(
  stage: Stage,
  scene: Scene,
  names: readonly string[],
  pause = () => stage.quiet(),
): Promise<void> {
  for (const name of names) {
    scene.leave(name, 'crowd');
    await pause();
  }
}

export function atOnce(scene: Scene, leave: Way['leave'], names: readonly string[] = leavers): void {
  for (const name of names) leave(scene, name);
}

/** Nothing is announced, so that only what is asked for finds the change. */
export async function unannounced(stage: Stage, change: () => void, find: () => Promise<unknown>): Promise<void> {
  const { notifications } = stage.stack.simulator.world.control;
  await stage.quiet();
  notifications.loss = 1;
  change();
  await stage.quiet();
  notifications.loss = 0;
  await find();
}

// Losses of accounts count among all thirteen who are recorded: four are more than 30 percent.
export const ways: Readonly<Record<string, Way>> = {
  'one by one, told by notifications': {
    ...ofGroup,
    passes: 3,
    lose: (stage, scene) => oneByOne(stage, scene, leavers),
  },
  'all at the same moment': {
    ...ofGroup,
    passes: 3,
    lose: async (_stage, scene) => {
      atOnce(scene, ofGroup.leave);
    },
  },
  'swapped for as many others': {
    ...ofGroup,
    passes: 3,
    lose: async (_stage, scene) => {
      for (const [index, name] of leavers.entries()) {
        scene.leave(name, 'crowd');
        scene.join(others[index] ?? '', 'crowd');
      }
    },
  },
  'found by one sweep': {
    ...ofGroup,
    passes: 3,
    lose: (stage, scene) =>
      unannounced(
        stage,
        () => {
          atOnce(scene, ofGroup.leave);
        },
        () => askForSweeps(stage.stack, scene.tenantId),
      ),
  },
  'found by a resync, as a whole difference': {
    ...ofGroup,
    passes: 0,
    lose: (stage, scene) =>
      unannounced(
        stage,
        () => {
          atOnce(scene, ofGroup.leave);
        },
        () => operate(stage.stack, scene.tenantId, 'resync', { groupId: idOf('crowd') }),
      ),
  },
  'one by one over twelve hours': {
    ...ofGroup,
    passes: 3,
    lose: (stage, scene) => oneByOne(stage, scene, leavers, () => stage.pass(2 * 3600)),
  },
  'accounts disabled in bulk': {
    ledger: 'accounts',
    passes: 3,
    lose: async (_stage, scene) => {
      for (const name of leavers) scene.change(name, { accountEnabled: false });
    },
    leave: (scene, name) => {
      scene.change(name, { accountEnabled: false });
    },
    undo: (scene, name) => {
      scene.change(name, { accountEnabled: true });
    },
  },
  'accounts deleted in bulk': {
    ledger: 'accounts',
    passes: 3,
    lose: async (_stage, scene) => {
      for (const name of leavers) scene.happen({ kind: 'userDeleted', userId: idOf(name) });
    },
    leave: (scene, name) => {
      scene.happen({ kind: 'userDeleted', userId: idOf(name) });
    },
    undo: (scene, name) => {
      scene.happen({ kind: 'userRestored', userId: idOf(name) });
    },
  },
};
