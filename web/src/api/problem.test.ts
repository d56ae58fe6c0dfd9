import { describe, expect, it } from 'vitest';
import { problemOf } from './problem';

describe('problemOf', () => {
  it('reads problem+json', () => {
    const body = { status: 409, code: 'login_taken', detail: 'Taken.', help: 'Choose another.', field: 'login' };
    expect(problemOf(409, null, body)).toEqual({ ...body, retryAfterSeconds: null, more: {} });
    expect(problemOf(409, null, { ...body, more: { receipt: 9001 } }).more).toEqual({ receipt: 9001 });
  });

  it('reads how long to wait', () => {
    expect(problemOf(429, '140', { code: 'too_many_attempts' })).toMatchObject({ retryAfterSeconds: 140 });
    expect(problemOf(429, 'soon', {})).toMatchObject({ code: 'too_many_attempts', retryAfterSeconds: null });
  });

  it.each([
    [401, 'sign_in_required'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [502, 'server_error'],
    [503, 'busy'],
    [418, 'refused'],
  ])('gives %i without a body the code %s', (status, code) => {
    for (const body of [undefined, null, '<html>', []]) expect(problemOf(status, null, body)).toMatchObject({ code, field: null });
  });
});
