import { describeLatency, median, percentile } from '../../../dev/bench/statistics.ts';

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

describe('percentile', () => {
  it.each([
    [0.5, 50],
    [0.95, 95],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('takes the value at share %d of the sorted values', (share, expected) => {
    expect(percentile(hundred, share)).toBe(expected);
  });

  it('sorts by number and leaves the values as they were', () => {
    const values = [10, 9, 100];
    expect(median(values)).toBe(10);
    expect(values).toEqual([10, 9, 100]);
  });

  it('has no value among none', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });
});

describe('describeLatency', () => {
  it('tells tenths of short times and whole milliseconds of long ones', () => {
    expect(describeLatency([1.26])).toBe('p50 1.3 · p95 1.3 · p99 1.3 ms');
    expect(describeLatency(hundred)).toBe('p50 50 · p95 95 · p99 99 ms');
  });
});
