import { whileWaiting } from '../../../dev/command-line/while-waiting.ts';

describe('whileWaiting', () => {
  beforeEach(() => jest.useFakeTimers({ now: 0 }));
  afterEach(() => jest.useRealTimers());

  const after = (milliseconds: number) => async (): Promise<string> => {
    await jest.advanceTimersByTimeAsync(milliseconds);
    return 'done';
  };
  function screen(isTTY: boolean) {
    const written: string[] = [];
    return { isTTY, written, write: (text: string) => written.push(text) };
  }

  it('counts the seconds on a terminal, and takes the line away', async () => {
    const terminal = screen(true);
    expect(await whileWaiting('preview', after(2_500), terminal)).toBe('done');
    expect(terminal.written).toEqual(['\rpreview … 1 s', '\rpreview … 2 s', '\r\u001B[K']);
  });

  it.each([
    ['of what is done at once', true, 900],
    ['where it is no terminal', false, 2_500],
  ])('says nothing %s', async (_case, isTTY, milliseconds) => {
    const quiet = screen(isTTY);
    await whileWaiting('preview', after(milliseconds), quiet);
    expect(quiet.written).toEqual([]);
  });

  it('ends with what fails', async () => {
    const terminal = screen(true);
    const failed = whileWaiting('preview', async () => Promise.reject(new Error('refused')), terminal);
    await expect(failed).rejects.toThrow('refused');
    expect(jest.getTimerCount()).toBe(0);
  });
});
