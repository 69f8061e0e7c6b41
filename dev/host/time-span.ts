const pattern = /^(?:(\d+)\.)?(\d{1,2}):([0-5]?\d)(?::([0-5]?\d)(\.\d{1,7})?)?$/;

/** Milliseconds of a .NET time span (`[d.]hh:mm[:ss[.fffffff]]`), or undefined when it is none. */
export function parseTimeSpan(text: string): number | undefined {
  const match = pattern.exec(text);
  if (match === null || Number(match[2]) > 23) return undefined;
  const [days, hours, minutes, seconds, fraction] = match.slice(1).map((part: string | undefined) => Number(part ?? 0));
  return Math.round(
    ((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0) + (fraction ?? 0)) * 1000,
  );
}
