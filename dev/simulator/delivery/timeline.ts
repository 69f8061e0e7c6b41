import type { OffsetClock } from '../../clock.ts';

/** Work that is due at moments of the simulated clock. */
export interface Timeline {
  /** Runs `run` once the clock has reached `due` (simulated ms since the epoch). Returns the function that cancels it. */
  at(due: number, run: () => void): () => void;
  /** Drops everything that is still waiting. */
  close(): void;
}

interface Appointment {
  readonly due: number;
  readonly run: () => void;
}

/** Node's timers hold at most 2^31 - 1 ms; a longer wait is taken in several steps. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** Index of the first appointment that is later than `due`, so that equal moments keep their order. */
function insertionIndex(appointments: readonly Appointment[], due: number): number {
  let low = 0;
  let high = appointments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((appointments[middle]?.due ?? Infinity) <= due) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A timeline on `clock`: time that passes by itself and time that is jumped over both make appointments due; after a
 * jump they run in the order of their moments, before `advance` returns. Its timer never keeps the process alive.
 */
export function createTimeline(clock: OffsetClock): Timeline {
  const appointments: Appointment[] = [];
  let timer: NodeJS.Timeout | undefined;

  function runDue(): void {
    for (let next = appointments[0]; next !== undefined && next.due <= clock.now(); next = appointments[0]) {
      appointments.shift();
      next.run();
    }
    arm();
  }

  function arm(): void {
    clearTimeout(timer);
    const next = appointments[0];
    if (next === undefined) return;
    timer = setTimeout(runDue, Math.min(Math.max(next.due - clock.now(), 0), LONGEST_WAIT_MS));
    timer.unref();
  }

  const stopListening = clock.onAdvance(runDue);
  return {
    at(due, run) {
      const appointment: Appointment = { due, run };
      appointments.splice(insertionIndex(appointments, due), 0, appointment);
      if (appointments[0] === appointment) arm();
      return () => {
        const index = appointments.indexOf(appointment);
        if (index >= 0) appointments.splice(index, 1);
      };
    },
    close() {
      stopListening();
      clearTimeout(timer);
      appointments.length = 0;
    },
  };
}
