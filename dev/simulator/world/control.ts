import { DeltaControl } from '../delta/delta-control.ts';
import { DEFAULT_NOTIFICATION_SETTINGS, type NotificationSettings } from '../subscriptions/notification-settings.ts';
import { Counters } from './counters.ts';
import { Faults } from './fault.ts';
import type { Random } from './random.ts';
import { DEFAULT_SETTINGS, type SimulatorSettings } from './settings.ts';

/** Everything a test may turn or read; `/_control` maps onto it. */
export class Control {
  readonly counters = new Counters();
  readonly faults: Faults;
  readonly settings: SimulatorSettings = { ...DEFAULT_SETTINGS };
  readonly notifications: NotificationSettings = { ...DEFAULT_NOTIFICATION_SETTINGS };
  readonly delta = new DeltaControl();

  constructor(random: Random) {
    this.faults = new Faults(random);
  }

  /** Back to an obliging, uncounted world; tenants and directories stay. */
  reset(): void {
    this.counters.reset();
    this.faults.clear();
    Object.assign(this.settings, DEFAULT_SETTINGS);
    Object.assign(this.notifications, DEFAULT_NOTIFICATION_SETTINGS);
    this.delta.reset();
  }
}
