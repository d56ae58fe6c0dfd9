import { problemOf, silence, type Problem } from './problem';
import { randomKey } from './random-key';
import type { Read } from './read';

/** How a call of the pages behind the sign-in ends; nothing here throws. */
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
}

// Argon2id on a busy machine takes its time, and so does a mail server behind it.
const callTimeoutMs = 15_000;
// A megabyte over a poor mobile connection.
const uploadTimeoutMs = 60_000;

const onSignedOut = new Set<() => void>();

/** Calls `act` whenever the server says that nobody is signed in any more. */
export const whenSignedOut = (act: () => void): void => void onSignedOut.add(act);

export async function call<T>(method: Method, path: string, { read, body, idempotencyKey, ifMatch }: Call<T>): Promise<Outcome<T>> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), body instanceof Blob ? uploadTimeoutMs : callTimeoutMs);
  const headers: Record<string, string> = { Accept: 'application/json' };
  const bytes = body instanceof Blob;
  if (body !== undefined) headers['Content-Type'] = bytes ? body.type : 'application/json';
  if (idempotencyKey !== undefined) headers['Idempotency-Key'] = idempotencyKey;
  if (ifMatch) headers['If-Match'] = ifMatch;
  try {
    const init: RequestInit = { method, headers, signal: abort.signal, credentials: 'same-origin', cache: 'no-store' };
    const response = await fetch(path, body === undefined ? init : { ...init, body: bytes ? body : JSON.stringify(body) });
    const answer = response.status === 204 ? null : await response.json().catch(() => undefined);
    if (response.ok && answer !== undefined) return { ok: true, value: read(answer) };
    if (response.ok) return { ok: false, problem: silence('unreadable') };
    const problem = problemOf(response.status, response.headers.get('Retry-After'), answer);
    if (problem.code === 'sign_in_required') for (const act of onSignedOut) act();
    return { ok: false, problem };
  } catch {
    return { ok: false, problem: silence(abort.signal.aborted ? 'timeout' : 'offline') };
  } finally {
    clearTimeout(timer);
  }
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
