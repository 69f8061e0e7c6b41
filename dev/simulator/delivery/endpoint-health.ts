/** How Graph treats an endpoint: a slow one gets its notifications late, a dropping one does not get them at all. */
export type EndpointState = 'normal' | 'slow' | 'drop';

/** When an endpoint counts as slow or dropping. Shares are 0 to 1, times milliseconds. */
export interface EndpointHealthRule {
  readonly windowMs: number;
  /** With fewer answers than this in the window an endpoint is not judged. */
  readonly minimumAnswers: number;
  readonly slowAfterMs: number;
  readonly slowShare: number;
  readonly dropAfterMs: number;
  readonly dropShare: number;
}

/** One endpoint's recent answers and the state that follows from them. */
export interface EndpointHealth {
  /** Notes one answer that took `ms` real milliseconds (a timeout counts with the time it was waited for). */
  answered(now: number, ms: number): void;
  state(now: number): EndpointState;
}

/** Answers of one slice of the window, counted, so that judging costs the same however many there were. */
interface Slice {
  readonly from: number;
  answers: number;
  slow: number;
  drop: number;
}

const SLICES_PER_WINDOW = 20;

function judge(rule: EndpointHealthRule, slices: readonly Slice[]): EndpointState {
  const total = (count: (slice: Slice) => number): number => slices.reduce((sum, slice) => sum + count(slice), 0);
  const answers = total((slice) => slice.answers);
  if (answers < Math.max(rule.minimumAnswers, 1)) return 'normal';
  if (total((slice) => slice.drop) / answers > rule.dropShare) return 'drop';
  return total((slice) => slice.slow) / answers > rule.slowShare ? 'slow' : 'normal';
}

/**
 * Watches one endpoint. Over 10 % of answers slower than 3 s in 10 minutes make it slow for 10 minutes, over 15 %
 * slower than 10 s make it drop for 10 minutes; then it is judged anew by what is sent after that ("Receive change
 * notifications through webhooks", section "Throttling",
 * https://learn.microsoft.com/graph/change-notifications-delivery-webhooks).
 * How few answers Microsoft judges by is not published, so `minimumAnswers` is a setting.
 */
export function createEndpointHealth(rule: () => EndpointHealthRule): EndpointHealth {
  let slices: Slice[] = [];
  let verdict: { state: EndpointState; until: number } = { state: 'normal', until: 0 };

  function sliceAt(now: number, windowMs: number): Slice {
    const last = slices.at(-1);
    if (last !== undefined && now < last.from + windowMs / SLICES_PER_WINDOW) return last;
    const slice: Slice = { from: now, answers: 0, slow: 0, drop: 0 };
    slices = [...slices.filter(({ from }) => from > now - windowMs), slice];
    return slice;
  }

  return {
    answered(now, ms) {
      const limits = rule();
      const slice = sliceAt(now, limits.windowMs);
      slice.answers += 1;
      if (ms >= limits.slowAfterMs) slice.slow += 1;
      if (ms >= limits.dropAfterMs) slice.drop += 1;
      if (verdict.state !== 'normal' && now < verdict.until) return;
      verdict = { state: judge(limits, slices), until: now + limits.windowMs };
    },
    state(now) {
      if (verdict.state === 'normal' || now < verdict.until) return verdict.state;
      // The next answers are the probes: only they decide what follows.
      slices = [];
      verdict = { state: 'normal', until: now };
      return 'normal';
    },
  };
}
