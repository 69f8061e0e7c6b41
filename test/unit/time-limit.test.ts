import { NoAnswerError } from '../../src/lib/errors.ts';
import { withinTime } from '../../src/lib/time-limit.ts';

const never = async () => new Promise<never>(() => undefined);

describe('work within a time limit', () => {
  it('gives what it gives, and is not told to stop when it has ended', async () => {
    const signals: AbortSignal[] = [];
    const ending = (end: () => Promise<string>) => async (signal: AbortSignal) => {
      signals.push(signal);
      return end();
    };
    const fail = async () => Promise.reject(new Error('own'));
    expect(
      await withinTime(
        5,
        'late',
        ending(async () => 'done'),
      ),
    ).toBe('done');
    await expect(withinTime(5, 'late', ending(fail))).rejects.toThrow('own');
    // A limit that begins later runs out later.
    await expect(withinTime(5, 'late', never)).rejects.toBeInstanceOf(NoAnswerError);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  });

  it('is not waited for beyond it, though it never ends', async () => {
    await expect(withinTime(5, 'The other side is silent.', never)).rejects.toEqual(
      new NoAnswerError('The other side is silent.'),
    );
  });

  it('is told to stop, and what it says then is the limit all the same', async () => {
    const heeding = async (signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
      });
    await expect(withinTime(5, 'late', heeding)).rejects.toBeInstanceOf(NoAnswerError);
  });

  it('may fail later without anybody hearing of it', async () => {
    const unheard: unknown[] = [];
    const hear = (reason: unknown): void => void unheard.push(reason);
    process.on('unhandledRejection', hear);
    let fail = (): void => undefined;
    const work = async () =>
      new Promise<never>((_resolve, reject) => {
        fail = () => {
          reject(new Error('much later'));
        };
      });
    await expect(withinTime(5, 'late', work)).rejects.toBeInstanceOf(NoAnswerError);
    fail();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    process.off('unhandledRejection', hear);
    expect(unheard).toEqual([]);
  });
});
