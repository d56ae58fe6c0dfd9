import { beforeEach, describe, expect, it, vi } from 'vitest';

vi.stubGlobal('document', { documentElement: {} });
vi.stubGlobal('navigator', { languages: ['en'] });
const { account, enterSession, may, mayChange, readSession, refreshSession, session, sessionProblem, signOut } = await import('./session');

const answer = {
  account: { id: '1', login: 'hana', display_name: 'Hana', language: 'en', totp: false },
  roles: [{ role: 'auditor', shop: '*' }],
  permissions: { watch: 'all', operate: 'read', manage_accounts: 'support', manage_channels: 'none', audit_of_tomorrow: 'all', moderate: 'sometimes' },
  shop: { id: 'main', name: { ko: '루미', en: 'Lumi' } },
  shops: [{ id: 'main', name: { ko: '루미', en: 'Lumi' } }],
};
const fetchGives = (make: () => Response | Promise<Response>): void => void vi.stubGlobal('fetch', () => Promise.resolve().then(make));
const json = (status: number, body: unknown) => () => new Response(JSON.stringify(body), { status });

beforeEach(() => {
  session.value = null;
  sessionProblem.value = null;
});

describe('session', () => {
  it('denies by default: before anything is known, and for levels it does not know', () => {
    expect(may('operate')).toBe(false);
    enterSession(readSession(answer));
    expect(may('moderate')).toBe(false);
    expect(may('read_audit')).toBe(false);
  });

  it('tells looking from changing', () => {
    enterSession(readSession(answer));
    expect(may('operate')).toBe(true);
    expect(mayChange('operate')).toBe(false);
    expect(mayChange('manage_accounts')).toBe(true);
  });

  it('keeps what it knows while the server is silent, and says why it knows nothing', async () => {
    fetchGives(() => Promise.reject(new TypeError('no network')));
    await refreshSession();
    expect(session.value).toBeNull();
    expect(sessionProblem.value?.code).toBe('offline');
    fetchGives(json(200, answer));
    await refreshSession();
    expect(account.value?.login).toBe('hana');
    expect(sessionProblem.value).toBeNull();
    fetchGives(json(503, {}));
    await refreshSession();
    expect(account.value?.login).toBe('hana');
  });

  it('forgets the account and its permissions when it is signed out', async () => {
    enterSession(readSession(answer));
    fetchGives(() => new Response(null, { status: 204 }));
    expect((await signOut()).ok).toBe(true);
    expect(account.value).toBeNull();
    expect(may('operate')).toBe(false);
    expect(session.value?.shops).toEqual([]);
    expect(session.value?.shop?.id).toBe('main');
  });

  it('stays signed in when the sign-out does not arrive', async () => {
    enterSession(readSession(answer));
    fetchGives(() => Promise.reject(new TypeError('no network')));
    expect((await signOut()).ok).toBe(false);
    expect(account.value?.login).toBe('hana');
  });
});
