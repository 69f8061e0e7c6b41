/** Values a log line may carry beside its sentence. Ids, counts, codes, durations: never a secret, a token or a payload. */
export type LogKeys = Readonly<Record<string, string | number | boolean | undefined>>;

/** One constant sentence per outcome, variable parts as keys. */
export interface Log {
  info(sentence: string, keys?: LogKeys): void;
  warn(sentence: string, keys?: LogKeys): void;
  /** `error` is reduced to its name, message and causes' messages. */
  error(sentence: string, error: unknown, keys?: LogKeys): void;
  /** A log that adds these keys to every line. */
  with(keys: LogKeys): Log;
}

/** Receives one finished line. */
export type LogSink = (level: 'info' | 'warn' | 'error', line: string) => void;

/** A log that writes one JSON object per line: `{ message, ...keys }`. */
export function createLog(sink: LogSink, bound: LogKeys = {}): Log {
  const write = (level: 'info' | 'warn' | 'error', message: string, keys: LogKeys): void => {
    sink(level, JSON.stringify({ message, ...bound, ...keys }));
  };
  return {
    info: (sentence, keys = {}) => {
      write('info', sentence, keys);
    },
    warn: (sentence, keys = {}) => {
      write('warn', sentence, keys);
    },
    error: (sentence, error, keys = {}) => {
      write('error', sentence, { ...keys, ...describeError(error) });
    },
    with: (keys) => createLog(sink, { ...bound, ...keys }),
  };
}

/** `{ error, errorMessage, cause }` of anything thrown; a chain of causes is joined with ` < `, several reasons with ` | `. */
export function describeError(error: unknown): { error: string; errorMessage: string; cause?: string } {
  if (!(error instanceof Error)) return { error: 'Error', errorMessage: String(error) };
  const cause = error instanceof AggregateError ? reasons(error.errors).join(' | ') : chain(error.cause).join(' < ');
  return {
    error: error.name,
    errorMessage: error.message,
    ...(cause === '' ? {} : { cause }),
  };
}

function chain(first: unknown): readonly string[] {
  const causes: string[] = [];
  for (let cause = first; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    causes.push(`${cause.name}: ${cause.message}`);
  }
  return causes;
}

function reasons(errors: readonly unknown[]): readonly string[] {
  return errors.slice(0, 5).map((error) => (error instanceof Error ? chain(error).join(' < ') : String(error)));
}
