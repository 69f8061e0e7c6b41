import { exceptionStatus, isOpen, withException } from '../../../src/lib/model/exception.ts';
import { exception } from '../../builders/exception.ts';
import { at } from '../../builders/times.ts';

const now = new Date(at(0));
const started = { startDateTime: at(-1) };

describe('an exception at a time', () => {
  it.each([
    ['before its start', { startDateTime: at(1) }, 'scheduled', true],
    ['at its start', { startDateTime: at(0) }, 'inEffect', true],
    ['before its end', { ...started, endDateTime: at(1) }, 'inEffect', true],
    ['at its end', { ...started, endDateTime: at(0) }, 'ended', false],
    ['closed before its end', { ...started, endDateTime: at(1), closedDateTime: at(0) }, 'closed', false],
    ['closed before its start', { startDateTime: at(1), closedDateTime: at(0) }, 'closed', false],
  ])('%s', (_case, special, status, open) => {
    const one = exception('e1', 'grant', 'admin', special);
    expect([exceptionStatus(one, now), isOpen(one, now)]).toEqual([status, open]);
  });
});

describe('withException', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => exception(id, 'grant', 'admin'));
  const changed = exception('b', 'deny', 'user');

  it.each([
    ['puts one in order of id', [c, a], b, [a, b, c]],
    ['puts one in the place of another', [a, b, c], changed, [a, changed, c]],
    ['leaves all as they are without one', [a, c], undefined, [a, c]],
  ])('%s', (_case, before, put, after) => {
    expect(
      withException(
        before.flatMap((one) => one ?? []),
        put,
      ),
    ).toEqual(after);
  });
});
