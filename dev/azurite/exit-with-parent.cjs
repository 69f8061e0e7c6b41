/**
 * Preload (`node --require`) for Azurite, which would outlive a killed parent: when the IPC channel closes, it saves and
 * ends. Two seconds are the limit, since clients that keep connections alive would hold its servers open.
 */
'use strict';

process.on('disconnect', () => {
  process.emit('SIGTERM');
  setTimeout(() => process.exit(), 2000);
  setInterval(() => process.getActiveResourcesInfo().includes('TCPServerWrap') || process.exit(), 20);
});
