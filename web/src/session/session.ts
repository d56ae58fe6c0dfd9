import { computed, signal } from '@preact/signals';
import { get, remove, whenSignedOut, type Outcome } from '../api/call';
import type { Problem } from '../api/problem';
import { fields, flag, list, oneOf, optional, optionalText, record, text, type Of, type Read } from '../api/read';
import { readShop } from '../api/shop/shops';
import { language, storedLanguage, switchLanguage } from '../i18n';

export const readAccount = record({
  id: text,
  login: text,
  display_name: text,
  email: optionalText,
  email_verified: flag,
  language: oneOf('en', 'ko'),
  totp: flag,
  created_at: text,
});
export type Account = Of<typeof readAccount>;

const accessOf = oneOf('none', 'own', 'shop', 'own_channels', 'read', 'support', 'all');
export type Access = ReturnType<typeof accessOf>;
export type Action =
  | 'watch'
  | 'participate'
  | 'moderate'
  | 'manage_channels'
  | 'manage_catalogue'
  | 'operate'
  | 'read_audit'
  | 'grant_roles'
  | 'manage_accounts'
  | 'manage_shops';

const readPermissions: Read<Partial<Record<string, Access>>> = (value) =>
  Object.fromEntries(Object.entries(fields(value)).map(([action, access]) => [action, accessOf(access)]));

export const readSession = record({
  account: optional(readAccount),
  roles: list(record({ role: text, shop: text })),
  permissions: readPermissions,
  /** The one there is; null: there are several. */
  shop: optional(readShop),
  /** Those that one helps to run. */
  shops: list(readShop),
  insecure_http: flag,
});
export type Session = Of<typeof readSession>;

const nobody: Session = readSession({});

/** Who is signed in, as the server last said it; null until the first answer. */
export const session = signal<Session | null>(null);
/** Why it is not known who is signed in. */
export const sessionProblem = signal<Problem | null>(null);
export const account = computed(() => session.value?.account ?? null);

export const accessTo = (action: Action): Access => session.value?.permissions[action] ?? 'none';
export const may = (action: Action): boolean => accessTo(action) !== 'none';
/** May change things, not only look at them. */
export const mayChange = (action: Action): boolean => !['none', 'read'].includes(accessTo(action));

const path = '/api/v1/session';
const staleAfterMs = 30_000;
let askedAtMs = -Infinity;

/** Asks who is signed in. A server that does not answer leaves what is known. */
export async function refreshSession(): Promise<void> {
  askedAtMs = Date.now();
  const outcome = await get(path, readSession);
  sessionProblem.value = outcome.ok ? null : outcome.problem;
  if (outcome.ok) session.value = outcome.value;
}

/** Takes over the session that a sign-in, a sign-up or the setup answered with. */
export function enterSession(entered: Session): void {
  askedAtMs = Date.now();
  session.value = entered;
  const chosen = entered.account?.language;
  if (chosen !== undefined && storedLanguage() === null && chosen !== language.peek()) void switchLanguage(chosen);
}

export async function signOut(): Promise<Outcome<null>> {
  const outcome = await remove(path);
  if (outcome.ok) forgetAccount();
  return outcome;
}

/** What is true for everybody stays. */
function forgetAccount(): void {
  const now = session.peek();
  session.value = { ...nobody, shop: now?.shop ?? null, insecure_http: now?.insecure_http ?? false };
}

/** Replaces the signed-in account's own data after it was changed. */
export function updateAccount(changed: Account): void {
  const now = session.peek();
  if (now) session.value = { ...now, account: changed };
}

whenSignedOut(() => {
  if (session.peek()?.account) forgetAccount();
});

/** Keeps the session true while the page is open: it may end, or begin, in another tab. */
export function followSession(): void {
  void refreshSession();
  const look = (): void => {
    if (!document.hidden && Date.now() - askedAtMs > staleAfterMs) void refreshSession();
  };
  document.addEventListener('visibilitychange', look);
  addEventListener('focus', look);
}
