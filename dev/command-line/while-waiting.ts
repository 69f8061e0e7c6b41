/** How often the line is written anew, in milliseconds: what is done sooner says nothing. */
const pause = 1_000;

/** Where waiting is told: standard error, so that standard output has the answer alone. */
interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Says on a terminal how long `work` has been going on, and takes the line away when it is done. */
export async function whileWaiting<T>(
  what: string,
  work: () => Promise<T>,
  screen: Screen = process.stderr,
): Promise<T> {
  if (screen.isTTY !== true) return work();
  const started = performance.now();
  const timer = setInterval(() => {
    screen.write(`\r${what} … ${Math.round((performance.now() - started) / 1_000)} s`);
  }, pause);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (performance.now() - started >= pause) screen.write('\r\u001B[K');
  }
}
