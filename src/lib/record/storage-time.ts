import type { PipelineRequest, PipelineResponse, SendRequest } from './pipeline.ts';

/**
 * What time the storage service says it is: the `Date` of the latest answer plus what has passed since, measured on a clock
 * that nobody sets. Never ahead of the service; behind it by the answer's way and the header's whole seconds.
 */
export interface StorageTime {
  /** Undefined when no answer came for a while. */
  now(): Date | undefined;
  /** Takes the `Date` of an answer. */
  note(date: string | undefined): void;
}

/** After so many milliseconds without an answer the service has to be asked again. */
const staleAfter = 10_000;

/** @param elapsed monotonic milliseconds */
export function createStorageTime(elapsed: () => number = () => performance.now()): StorageTime {
  let latest: { readonly date: number; readonly at: number } | undefined;
  return {
    now: () => {
      const passed = latest === undefined ? Number.POSITIVE_INFINITY : elapsed() - latest.at;
      return latest === undefined || passed > staleAfter ? undefined : new Date(latest.date + passed);
    },
    note: (date) => {
      const parsed = Date.parse(date ?? '');
      if (!Number.isNaN(parsed)) latest = { date: parsed, at: elapsed() };
    },
  };
}

/** Pipeline policy that takes the time from every answer. */
export function storageTimePolicy(time: StorageTime): {
  readonly name: string;
  sendRequest(request: PipelineRequest, next: SendRequest): Promise<PipelineResponse>;
} {
  return {
    name: 'storageTimePolicy',
    sendRequest: async (request, next) => {
      const response = await next(request);
      time.note(response.headers.get('date'));
      return response;
    },
  };
}
