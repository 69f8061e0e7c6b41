import type { Simulator } from '../simulator/start-simulator.ts';
import type { Stack } from '../stack.ts';
import type { Weather } from './history.ts';

/** Lets the weather of a round loose on simulator and storage. The switches of the round before are taken back first. */
export function setWeather(stack: Stack, weather: Weather): void {
  clearWeather(stack);
  const { world } = stack.simulator;
  const { control } = world;
  Object.assign(control.notifications, {
    loss: weather.loss,
    duplication: weather.duplication,
    reordering: weather.reordering,
  });
  Object.assign(control.settings, {
    randomThrottleProbability: weather.throttling,
    randomRetryAfterSeconds: 4,
    hiddenMembership: 'empty',
  });
  setLag(stack.simulator, weather.lagSeconds);
  if (weather.outage) {
    control.faults.add({ path: '^/v1.0/', status: 503 });
    control.faults.add({ path: '/oauth2/', status: 503 });
  }
  if (weather.serverErrors > 0) {
    control.faults.add({ path: '^/v1.0/', probability: weather.serverErrors, status: 500 });
    control.faults.add({ path: '^/v1.0/(groups|users)', probability: weather.serverErrors / 3, drop: 'after' });
  }
  if (weather.deltaReset) control.faults.add({ path: '^/v1.0/(groups|users)/delta', count: 4, status: 410 });
  const faults = stack.proxy.faults;
  if (weather.lostResponses > 0) {
    faults.add({
      match: { service: 'table', write: true },
      effect: { kind: 'loseResponse' },
      probability: weather.lostResponses,
    });
  }
  if (weather.busyStorage > 0) {
    faults.add({
      match: { service: 'table' },
      effect: { kind: 'refuse', status: 503 },
      probability: weather.busyStorage,
    });
  }
}

/** Fair weather: everything answers, at once and truly. */
export function clearWeather(stack: Stack): void {
  const { control } = stack.simulator.world;
  control.faults.clear();
  Object.assign(control.notifications, { loss: 0, duplication: 0, reordering: 0 });
  Object.assign(control.settings, { randomThrottleProbability: 0 });
  setLag(stack.simulator, 0);
  stack.proxy.faults.clear();
}

function setLag({ world }: Simulator, replicaSeconds: number): void {
  for (const tenant of world.tenants.values()) tenant.replicas.configure({ replicaSeconds }, world.clock.now());
}
