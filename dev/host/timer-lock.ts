import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Lets one process of several run the timers, as the blob lease of a singleton does on Azure. The lock is a file with
 * the holder's process id beside the status file; a holder that is gone has lost it. Returns whether we hold it now.
 */
export function takeTimerLock(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const holder = readHolder(path);
    if (holder === process.pid) return true;
    if (holder !== undefined && isAlive(holder)) return false;
    rmSync(path, { force: true });
    return takeTimerLock(path);
  }
}

export function releaseTimerLock(path: string): void {
  if (readHolder(path) === process.pid) rmSync(path, { force: true });
}

function readHolder(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
