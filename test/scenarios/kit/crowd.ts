import { z } from 'zod';
import { idOf } from './cast.ts';
import { operate } from './operator.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

const holdsSchema = z.object({
  holds: z.array(
    z.looseObject({
      ledger: z.string(),
      displayName: z.string().optional(),
      reason: z.string(),
      pending: z.array(
        z.looseObject({
          number: z.number(),
          userId: z.string(),
          displayName: z.string().optional(),
          wouldLose: z.array(z.looseObject({ kind: z.string(), id: z.string() })),
        }),
      ),
    }),
  ),
});
type OpenHold = z.infer<typeof holdsSchema>['holds'][number];

/** Who of some people still has an entitlement, and whose revoke waits for a person. */
export interface Standing {
  readonly firm: readonly string[];
  readonly pending: readonly string[];
}

/** Who has the team `crowd` in effect, by name, in the order given. */
export async function standing(scene: Scene, people: readonly string[], entitlement = 'crowd'): Promise<Standing> {
  const { records } = await scene.tables();
  const byId = new Map(records.map((record) => [record.userId, record]));
  const having = (pending: boolean) =>
    people.filter((name) => {
      const record = byId.get(idOf(name));
      const held = record?.state === 'active' ? record.assignments.find(({ id }) => id === entitlement) : undefined;
      const accountWaits = record?.facts.account?.pendingSince !== undefined;
      return held !== undefined && (held.pendingSince !== undefined || accountWaits) === pending;
    });
  return { firm: having(false), pending: having(true) };
}

/** What waits for a person, as the API lists it. */
export async function openHolds(stage: Stage, { tenantId }: Scene): Promise<readonly OpenHold[]> {
  return holdsSchema.parse((await operate(stage.stack, tenantId, 'holds')).body).holds;
}

/** Approves the only hold there is, up to the last row that is listed. */
export async function approveAll(stage: Stage, scene: Scene): Promise<number> {
  const [hold] = await openHolds(stage, scene);
  const through = hold?.pending.at(-1)?.number;
  return (await operate(stage.stack, scene.tenantId, `holds/${hold?.ledger ?? ''}/approve`, { through })).status;
}
