import { z } from 'zod';
import { notificationSettingsSchema } from '../subscriptions/notification-settings.ts';
import { settingsSchema } from '../world/settings.ts';
import type { ControlRoute } from './control-route.ts';

const probability = z.number().min(0).max(1);

/** A fault as it is asked for; see `FaultSpec`. */
const faultSchema = z.strictObject({
  method: z.exactOptional(z.string()),
  path: z.exactOptional(z.string()),
  tenantId: z.exactOptional(z.guid()),
  probability: z.exactOptional(probability),
  count: z.exactOptional(z.int().positive()),
  status: z.exactOptional(z.int().min(200).max(599)),
  body: z.exactOptional(z.unknown()),
  code: z.exactOptional(z.string()),
  retryAfterSeconds: z.exactOptional(z.number().min(0)),
  delayMs: z.exactOptional(z.number().min(0)),
  drop: z.exactOptional(z.enum(['before', 'after'])),
});

const tokenSchema = z.strictObject({
  tenantId: z.guid(),
  audience: z.string().min(1),
  roles: z.array(z.string()).default([]),
  clientId: z.guid().default('00000000-0000-4000-8000-00000000c11e'),
  principalId: z.guid().default('00000000-0000-4000-8000-0000000000a1'),
  version: z.union([z.literal(1), z.literal(2)]).default(2),
});

const clockSchema = z.strictObject({ advanceMs: z.number().min(0) });

/** What concerns the whole world: faults, switches, counters, the clock, operator tokens. */
export const worldRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/faults',
    handle: ({ simulator }) => ({ status: 200, body: { value: simulator.world.control.faults.list() } }),
  },
  {
    method: 'POST',
    path: '/faults',
    handle: ({ simulator, body }) => ({
      status: 201,
      body: simulator.world.control.faults.add(faultSchema.parse(body)),
    }),
  },
  {
    method: 'DELETE',
    path: '/faults',
    handle: ({ simulator }) => {
      simulator.world.control.faults.clear();
      return { status: 204 };
    },
  },
  {
    method: 'DELETE',
    path: '/faults/{id}',
    handle: ({ simulator, params }) => {
      simulator.world.control.faults.remove(Number(params['id']));
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: '/settings',
    handle: ({ simulator }) => ({ status: 200, body: simulator.world.control.settings }),
  },
  {
    method: 'PATCH',
    path: '/settings',
    handle: ({ simulator, body }) => {
      const { settings } = simulator.world.control;
      return { status: 200, body: Object.assign(settings, settingsSchema.partial().parse(body)) };
    },
  },
  {
    method: 'GET',
    path: '/notifications',
    handle: ({ simulator }) => ({
      status: 200,
      body: { settings: simulator.world.control.notifications, pending: simulator.delivery.pending() },
    }),
  },
  {
    method: 'PATCH',
    path: '/notifications',
    handle: ({ simulator, body }) => {
      const { notifications } = simulator.world.control;
      return { status: 200, body: Object.assign(notifications, notificationSettingsSchema.partial().parse(body)) };
    },
  },
  {
    method: 'GET',
    path: '/counters',
    handle: ({ simulator }) => ({ status: 200, body: simulator.world.control.counters.snapshot() }),
  },
  {
    method: 'DELETE',
    path: '/counters',
    handle: ({ simulator }) => {
      simulator.world.control.counters.reset();
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: '/clock',
    handle: ({ simulator }) => ({ status: 200, body: clockBody(simulator.world.clock) }),
  },
  {
    method: 'POST',
    path: '/clock',
    handle: ({ simulator, body }) => {
      simulator.world.clock.advance(clockSchema.parse(body).advanceMs);
      return { status: 200, body: clockBody(simulator.world.clock) };
    },
  },
  {
    method: 'POST',
    path: '/tokens',
    handle: async ({ simulator, body }) => {
      const spec = tokenSchema.parse(body);
      const { id: tenantId } = simulator.world.tenant(spec.tenantId);
      const { token, expiresIn } = await simulator.authority.sign({ ...spec, tenantId });
      return { status: 200, body: { token_type: 'Bearer', expires_in: expiresIn, access_token: token } };
    },
  },
  {
    method: 'POST',
    path: '/reset',
    handle: ({ simulator }) => {
      simulator.reset();
      return { status: 204 };
    },
  },
];

function clockBody(clock: { now(): number; offset(): number }) {
  return { now: new Date(clock.now()).toISOString(), offsetMs: clock.offset() };
}
