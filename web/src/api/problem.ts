import { count, fields, text } from './read';

/** Why a call failed: what application/problem+json says, or the client's own words for silence. */
export interface Problem {
  /** null when no answer came. */
  status: number | null;
  /** Stable and machine-readable; `offline`, `timeout` and `unreadable` are the client's own. */
  code: string;
  detail: string;
  help: string;
  /** The input that is to blame, by its name. */
  field: string | null;
  retryAfterSeconds: number | null;
  /** For programs: what a selling page goes on with (the receipt that is held, today's total). */
  more: Record<string, unknown>;
}

const codeOfStatus: Record<number, string> = {
  401: 'sign_in_required',
  403: 'forbidden',
  404: 'not_found',
  429: 'too_many_attempts',
  503: 'busy',
};

export const silence = (code: 'offline' | 'timeout' | 'unreadable'): Problem => ({
  status: null,
  code,
  detail: '',
  help: '',
  field: null,
  retryAfterSeconds: null,
  more: {},
});

/** Reads the body of a failed answer; one that is no problem+json still gets a code from its status. */
export function problemOf(status: number, retryAfter: string | null, body: unknown): Problem {
  const from = fields(body);
  const waitSeconds = count(Number(retryAfter));
  return {
    status,
    code: text(from.code) || codeOfStatus[status] || (status >= 500 ? 'server_error' : 'refused'),
    detail: text(from.detail),
    help: text(from.help),
    field: text(from.field) || null,
    retryAfterSeconds: waitSeconds > 0 ? waitSeconds : null,
    more: fields(from.more),
  };
}
