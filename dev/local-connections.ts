import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';

/**
 * `localhost` has two addresses, and Node gives each a quarter of a second to accept before it tries the other. On a busy
 * machine that is too little: both are given up although both would answer. Importing this module gives them ten seconds.
 */
setDefaultAutoSelectFamilyAttemptTimeout(10_000);
