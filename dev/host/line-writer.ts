/**
 * Gathers the lines of one turn of the event loop and writes them at its end: each write to a pipe is a system call that
 * waits, and a busy host has many lines in a turn. What is gathered when the process ends in order is written, too.
 */
export function createLineWriter(write: (text: string) => void): (line: string) => void {
  let gathered = '';
  const flush = (): void => {
    const text = gathered;
    gathered = '';
    if (text !== '') write(text);
  };
  process.once('exit', flush);
  return (line) => {
    if (gathered === '') setImmediate(flush);
    gathered += line;
  };
}
