/** The bundle's entry: every trigger registers itself when it is loaded. */
import './app-start.ts';
import './approve-hold.ts';
import './catch-up.ts';
import './delta-sweep.ts';
import './full-sync.ts';
import './graph-lifecycle.ts';
import './graph-notifications.ts';
import './group-status.ts';
import './list-holds.ts';
import './preview-rules.ts';
import './reconcile-user.ts';
import './renew-subscriptions.ts';
import './resync.ts';
import './run-job.ts';
import './secret-rotation-reminder.ts';
import './user-access.ts';
import './user-explanation.ts';
