/** Resolves with an exit code when this process is asked to end, or is left alone by the npm that started it. */
export function untilEnded(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      resolve(0);
    });
  }
  const parent = process.ppid;
  if (process.env['npm_lifecycle_event'] !== undefined) {
    setInterval(() => {
      if (process.ppid !== parent) resolve(0);
    }, 500).unref();
  }
  return promise;
}
