import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, Creation, get, remove, whenSignedOut } from './call';
import { record, text } from './read';
import { serverClock } from './server-clock';

const read = record({ id: text });
let asked: { path: string; init: RequestInit }[] = [];
let answers: (() => Promise<Response>)[] = [];

const json = (status: number, body: unknown, headers: Record<string, string> = {}) => () =>
  Promise.resolve(new Response(JSON.stringify(body), { status, headers }));
const silence = () => Promise.reject(new TypeError('no network'));
const headersOf = (index: number): Record<string, string> => asked[index]?.init.headers as Record<string, string>;

beforeEach(() => {
  asked = [];
  answers = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    asked.push({ path, init });
    return (answers.shift() ?? silence)();
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('call', () => {
  it('gives the value, and null for an answer without a body', async () => {
    answers = [json(200, { id: 'a' }), () => Promise.resolve(new Response(null, { status: 204 }))];
    expect(await get('/x', read)).toEqual({ ok: true, value: { id: 'a' } });
    expect(await remove('/x')).toEqual({ ok: true, value: null });
  });

  it('says json only where there is a body', async () => {
    await get('/x', read);
    await call('POST', '/x', { read, body: { a: 1 } });
    expect(headersOf(0)['Content-Type']).toBeUndefined();
    expect(headersOf(1)['Content-Type']).toBe('application/json');
  });

  it('tells silence from refusal', async () => {
    answers = [silence, json(409, { code: 'login_taken', field: 'login' })];
    expect(await get('/x', read)).toMatchObject({ ok: false, problem: { code: 'offline', status: null } });
    expect(await get('/x', read)).toMatchObject({ ok: false, problem: { code: 'login_taken', field: 'login' } });
  });

  it('takes what is not JSON, or not what was asked for, for no answer', async () => {
    answers = [() => Promise.resolve(new Response('<html>')), json(200, { hello: 1 })];
    expect(await get('/x', read)).toMatchObject({ ok: false, problem: { code: 'unreadable', status: null } });
    const fits = (answer: unknown): boolean => Array.isArray(answer);
    expect(await call('GET', '/x', { read, fits })).toMatchObject({ ok: false, problem: { code: 'unreadable' } });
  });

  it('learns the time of the server from every answer', async () => {
    answers = [json(500, {}, { Date: new Date(Date.now() + 3_600_000).toUTCString() })];
    await get('/x', read);
    expect(Math.abs(serverClock.skewMs() - 3_600_000)).toBeLessThan(2000);
  });

  it('hears that the session is over', async () => {
    const over = vi.fn();
    whenSignedOut(over);
    answers = [json(401, { code: 'invalid_credentials' }), json(401, { code: 'sign_in_required' })];
    await get('/x', read);
    expect(over).not.toHaveBeenCalled();
    await get('/x', read);
    expect(over).toHaveBeenCalledOnce();
  });
});

describe('Creation', () => {
  const keys = (): (string | undefined)[] => asked.map((_, index) => headersOf(index)['Idempotency-Key']);

  it('keeps its key over silence, so that nothing is created twice', async () => {
    answers = [silence, json(201, { id: 'a' })];
    const creation = new Creation('/x', read);
    await creation.send({ name: 'n' });
    await creation.send({ name: 'n' });
    expect(keys()[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys()[1]).toBe(keys()[0]);
  });

  it.each([
    [500, 'server_error'],
    [503, 'busy'],
    [409, 'request_in_flight'],
  ])('keeps its key after %i %s: it may have been done, or be on its way', async (status, code) => {
    answers = [json(status, { code }), json(201, { id: 'a' })];
    const creation = new Creation('/x', read);
    await creation.send({ name: 'n' });
    await creation.send({ name: 'n' });
    expect(keys()[1]).toBe(keys()[0]);
  });

  it('takes another key for another wish, after a refusal and after a success', async () => {
    answers = [silence, silence, json(409, { code: 'taken' }), json(201, { id: 'a' }), json(201, { id: 'b' })];
    const creation = new Creation('/x', read);
    for (const name of ['a', 'b', 'b', 'b', 'b']) await creation.send({ name });
    const [first, second, third, fourth, fifth] = keys();
    expect(second).not.toBe(first);
    expect(third).toBe(second);
    expect(fourth).not.toBe(third);
    expect(fifth).not.toBe(fourth);
  });
});
