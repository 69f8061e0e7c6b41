import { failureError, parseFailure, retryAfterSeconds } from '../../../src/lib/directory/graph-failure.ts';

const none = () => undefined;
const asked = { method: 'GET', path: '/users', permission: 'User.Read.All' };

describe('the error envelope', () => {
  it.each(['innerError', 'innererror'])('is read with its codes and request id in %s', (spelling) => {
    const inner = { code: 'throttledRequest', 'request-id': 'from the body' };
    const failure = parseFailure(403, none, { error: { code: 'accessDenied', message: 'x', [spelling]: inner } });
    expect(failure).toEqual({ status: 403, codes: ['accessDenied', 'throttledRequest'], requestId: 'from the body' });
  });

  it('prefers the request id of the header', () => {
    const header = (name: string) => (name === 'request-id' ? 'from the header' : undefined);
    const body = { error: { code: 'x', innerError: { 'request-id': 'from the body' } } };
    expect(parseFailure(400, header, body).requestId).toBe('from the header');
  });

  it.each([undefined, null, 'text', [], {}, { error: 'text' }, { error: { code: 7 } }])(
    'may be missing or of any shape: %j',
    (body) => {
      expect(parseFailure(500, none, body)).toEqual({ status: 500, codes: [] });
    },
  );

  it('may nest without an end', () => {
    const error: Record<string, unknown> = { code: 'again' };
    error['innerError'] = error;
    expect(parseFailure(400, none, { error }).codes).toHaveLength(5);
  });
});

describe('Retry-After', () => {
  it.each([
    ['12', undefined, 12],
    ['0', undefined, 0],
    ['1.5', undefined, 1.5],
    ['-3', undefined, 0],
    ['', undefined, undefined],
    [undefined, undefined, undefined],
    ['soon', undefined, undefined],
    ['Wed, 04 Nov 2026 08:17:30 GMT', 'Wed, 04 Nov 2026 08:17:00 GMT', 30],
    ['Wed, 04 Nov 2026 08:16:00 GMT', 'Wed, 04 Nov 2026 08:17:00 GMT', 0],
    ['Wed, 04 Nov 2026 08:17:30 GMT', undefined, undefined],
  ])('%s answered at %s is %s seconds', (value, answered, seconds) => {
    expect(retryAfterSeconds(value, answered)).toBe(seconds);
  });
});

describe('the error for a failure', () => {
  it.each([
    { status: 429, name: 'UnavailableError', kind: 'againAfter' },
    { status: 408, name: 'UnavailableError', kind: 'againAfter' },
    { status: 500, name: 'UnavailableError', kind: 'againAfter' },
    { status: 599, name: 'UnavailableError', kind: 'againAfter' },
    { status: 501, name: 'RolecallError', kind: 'again' },
    { status: 401, name: 'AccessDeniedError', kind: 'againAfter' },
    { status: 403, name: 'AccessDeniedError', kind: 'againAfter' },
    { status: 404, name: 'IncompleteReadingError', kind: 'again' },
    { status: 400, name: 'RolecallError', kind: 'again' },
    { status: 405, name: 'RolecallError', kind: 'again' },
    { status: 410, name: 'DeltaResetError', kind: 'again' },
  ])('$status is $name', ({ status, name, kind }) => {
    expect(failureError({ status, codes: [] }, asked)).toMatchObject({ name, kind });
  });

  it.each([400, 404, 410])('%d on a delta link asks for a new round, whatever its code', (status) => {
    const error = failureError({ status, codes: ['SomethingNew'] }, { ...asked, followsDelta: true });
    expect(error.name).toBe('DeltaResetError');
  });

  it.each([401, 403, 429, 503])('%d on a delta link does not', (status) => {
    const error = failureError({ status, codes: [] }, { ...asked, followsDelta: true });
    expect(error.name).not.toBe('DeltaResetError');
  });

  it('is decided by the status even if the code speaks of something else', () => {
    expect(failureError({ status: 429, codes: ['accessDenied'] }, asked).name).toBe('UnavailableError');
    expect(failureError({ status: 403, codes: ['throttledRequest'] }, asked).name).toBe('AccessDeniedError');
  });

  it('names the permission for 403, and the quota where it may be that', () => {
    expect(failureError({ status: 403, codes: [] }, asked).message).toContain('User.Read.All');
    expect(failureError({ status: 403, codes: [] }, asked).message).not.toContain('quota');
    expect(failureError({ status: 403, codes: ['ExtensionError'] }, asked).message).toContain('quota');
  });
});
