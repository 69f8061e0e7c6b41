import { NoAnswerError } from './errors.ts';

/**
 * What `work` gives, or NoAnswerError with the sentence `late` when that takes longer. `work` is told by its signal; whatever
 * comes of it afterwards is ignored, so work that can't be stopped keeps nobody waiting, and the process doesn't stay for it.
 */
export async function withinTime<T>(
  milliseconds: number,
  late: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new NoAnswerError(late));
      limit.abort();
    }, milliseconds);
    timer.unref();
  });
  try {
    return await Promise.race([work(limit.signal), over]);
  } finally {
    clearTimeout(timer);
  }
}
