import { readFileSync } from 'node:fs';

/** The kernel counts in ticks of 10 ms on every common Linux (`getconf CLK_TCK`). */
const tick = 10;

/**
 * Processor time that a process has used so far, in milliseconds; NaN where there is no `/proc`. Unlike the time on the wall it
 * says the same on a busy machine.
 */
export function cpuMilliseconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; user and system time are the 14th and 15th field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * tick;
  } catch {
    return Number.NaN;
  }
}
