import { app } from '@azure/functions';
import { currentApp } from './current-app.ts';
import { invocationLog } from './invocation-log.ts';

/** Says at once, not at the first message, what is wrong with the settings. */
app.hook.appStart(async () => {
  try {
    await currentApp();
  } catch (error) {
    // Thrown here it would take the whole app down, the webhook's handshake with it.
    invocationLog.error('Rolecall can not work yet.', error);
  }
});
