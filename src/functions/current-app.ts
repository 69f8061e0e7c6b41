import { readSettings } from '../lib/config.ts';
import { type App, createApp } from '../lib/wiring.ts';
import { invocationLog } from './invocation-log.ts';

/** Gives the app to a handler; tests hand in another one. */
export type AppSource = () => Promise<App>;

let built: { readonly app: App } | { readonly fault: unknown } | undefined;

/**
 * The app of this process, built at first use. Rejects with the same fault each time when the settings are faulty: settings
 * change only with a restart. Functions are registered whatever the settings say, so that the host starts and the webhook
 * can answer Graph's handshake.
 */
export const currentApp: AppSource = async () => {
  built ??= build();
  if ('fault' in built) throw built.fault;
  await built.app.prepare();
  return built.app;
};

function build(): NonNullable<typeof built> {
  try {
    return { app: createApp(readSettings(), { log: invocationLog }) };
  } catch (fault) {
    return { fault };
  }
}
