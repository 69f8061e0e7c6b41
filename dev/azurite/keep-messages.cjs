/**
 * Preload (`node --require`) for an Azurite that keeps its data in memory. Once a minute its queue service looks for the
 * contents of deleted messages and takes them out one by one, at a cost that grows with the square of their number: 8,000
 * messages stop all of Azurite for minutes, and requests time out (observed with 3.37.0). A stack in memory does not
 * live long enough to need the memory back.
 */
'use strict';

const { default: QueueGCManager } = require('azurite/dist/src/queue/gc/QueueGCManager.js');

QueueGCManager.prototype.markSweep = async () => undefined;
