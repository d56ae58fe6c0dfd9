import { problemOf, silence, type Problem } from './problem';
import { randomKey } from './random-key';
import type { Read } from './read';
import { serverClock } from './server-clock';

/** How a call ends; nothing here throws. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; problem: Problem };

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Call<T> {
  read: Read<T>;
  /** JSON, or the bytes of a file with their own type. */
  body?: unknown;
  /** Makes a repeated creation harmless: the same key gives the first answer again. */
  idempotencyKey?: string;
  /** The ETag of what was read: a change that somebody else made meanwhile is refused, not overwritten. */
  ifMatch?: string | null;
  /** Whether the answer is of the kind that was asked for, where a harmless value would be a lie: no list is no empty list. */
  fits?(answer: unknown): boolean;
  timeoutMs?: number;
  /** `no-cache` asks each time with If-None-Match: an answer that has not changed costs a 304 without a body. */
  cache?: RequestCache;
  /** Sent even when the page is left meanwhile. */
  keepalive?: boolean;
}

// Argon2id on a busy machine takes its time, and so does a mail server behind it.
const callTimeoutMs = 15_000;
// A megabyte over a poor mobile connection.
const uploadTimeoutMs = 60_000;

const onSignedOut = new Set<() => void>();

/** Calls `act` whenever the server says that nobody is signed in any more. */
export const whenSignedOut = (act: () => void): void => void onSignedOut.add(act);

/** One request and its answer, which `take` reads unless the server refused; every answer tells the server's time. */
export async function exchange<T>(path: string, init: RequestInit, timeoutMs: number, take: (response: Response) => Promise<Outcome<T>>): Promise<Outcome<T>> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  const sentAtMs = Date.now();
  try {
    const response = await fetch(path, { ...init, signal: abort.signal, credentials: 'same-origin' });
    serverClock.observe({
      sentAtMs,
      receivedAtMs: Date.now(),
      dateMs: Date.parse(response.headers.get('Date') ?? ''),
      ageSeconds: Number(response.headers.get('Age') ?? 0) || 0,
    });
    if (response.ok) return await take(response);
    const problem = problemOf(response.status, response.headers.get('Retry-After'), await jsonOf(response));
    if (problem.code === 'sign_in_required') for (const act of onSignedOut) act();
    return { ok: false, problem };
  } catch {
    return { ok: false, problem: silence(abort.signal.aborted ? 'timeout' : 'offline') };
  } finally {
    clearTimeout(timer);
  }
}

/** The body of an answer: null where it has none, undefined where it is not JSON. */
export const jsonOf = async (response: Response): Promise<unknown> => (response.status === 204 ? null : response.json().catch(() => undefined));

export function call<T>(method: Method, path: string, { read, body, idempotencyKey, ifMatch, fits, ...how }: Call<T>): Promise<Outcome<T>> {
  const { timeoutMs = body instanceof Blob ? uploadTimeoutMs : callTimeoutMs, cache = 'no-store', keepalive = false } = how;
  const headers: Record<string, string> = { Accept: 'application/json' };
  const bytes = body instanceof Blob;
  if (body !== undefined) headers['Content-Type'] = bytes ? body.type : 'application/json';
  if (idempotencyKey !== undefined) headers['Idempotency-Key'] = idempotencyKey;
  if (ifMatch) headers['If-Match'] = ifMatch;
  const init: RequestInit = { method, headers, cache, keepalive };
  if (body !== undefined) init.body = bytes ? body : JSON.stringify(body);
  return exchange(path, init, timeoutMs, async (response) => {
    const answer = await jsonOf(response);
    if (answer === undefined || fits?.(answer) === false) return { ok: false, problem: silence('unreadable') };
    return { ok: true, value: read(answer) };
  });
}

export const nothing: Read<null> = () => null;

export const get = <T>(path: string, read: Read<T>): Promise<Outcome<T>> => call('GET', path, { read });
export const send = <T>(method: Exclude<Method, 'GET'>, path: string, body: unknown, read: Read<T>): Promise<Outcome<T>> =>
  call(method, path, { read, body });
export const remove = (path: string): Promise<Outcome<null>> => call('DELETE', path, { read: nothing });

/** Whether the server has certainly not done it, and will not: then the next attempt is another wish. */
const refused = ({ status, code }: Problem): boolean => status !== null && status < 500 && code !== 'request_in_flight';

/** A creation that may be pressed twice or sent again after silence: one attempt, one key, until its fate is known. */
export class Creation<T> {
  private key = randomKey();
  private sent = '';

  constructor(
    private readonly path: string,
    private readonly read: Read<T>,
  ) {}

  /** Whether an attempt was made whose fate is not known yet. */
  get undecided(): boolean {
    return this.sent !== '';
  }

  async send(body: unknown): Promise<Outcome<T>> {
    const text = JSON.stringify(body);
    // Another body is another wish: it must not be answered with the first one's result.
    if (this.sent !== '' && this.sent !== text) this.key = randomKey();
    this.sent = text;
    const outcome = await call('POST', this.path, { read: this.read, body, idempotencyKey: this.key });
    if (outcome.ok || refused(outcome.problem)) {
      this.key = randomKey();
      this.sent = '';
    }
    return outcome;
  }
}
