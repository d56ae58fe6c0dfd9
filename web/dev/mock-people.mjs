// The contract's accounts, sessions, tokens and roles in memory: enough for every page behind the sign-in to be
// drawn and walked through. Passwords lie in clear, because nobody's are in here.
import { randomBytes } from 'node:crypto';

const hour = 3_600_000;
const ago = (ms) => new Date(Date.now() - ms).toISOString();
const id = () => randomBytes(8).toString('hex');

export class Problem extends Error {
  constructor(status, code, { detail = `Mock: ${code}.`, help = 'Mock: do something else.', field, retryAfter, more } = {}) {
    super(code);
    Object.assign(this, { status, retryAfter, body: { status, code, detail, help, ...(field && { field }), ...(more && { more }) } });
  }
}

const grants = {
  host: { moderate: 'shop', manage_channels: 'shop', manage_catalogue: 'shop', operate: 'own_channels', read_audit: 'shop', grant_roles: 'shop' },
  moderator: { moderate: 'shop' },
  operator: { operate: 'all', manage_accounts: 'support' },
  auditor: { operate: 'read', read_audit: 'read', grant_roles: 'read', manage_accounts: 'read', manage_shops: 'read' },
  admin: {
    ...{ moderate: 'all', manage_channels: 'all', manage_catalogue: 'all', operate: 'all' },
    ...{ read_audit: 'all', grant_roles: 'all', manage_accounts: 'all', manage_shops: 'all' },
  },
};
const global_roles = ['operator', 'auditor', 'admin'];
const strength = ['none', 'read', 'own', 'own_channels', 'shop', 'support', 'all'];

const windowsChrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 20_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/20.1 Mobile/15E148 Safari/604.1';

export class MockPeople {
  accounts = [];
  shops = [{ id: 'main', name: { ko: '루미 뷰티', en: 'Lumi Beauty' } }];
  sessions = new Map(); // cookie -> {account, row}
  setupNeeded = false;
  insecure = false;

  constructor() {
    const seed = [
      ['user1', 'Yuna', [], 'yuna@example.com'],
      ['host1', 'Hana Kim', ['host'], 'hana@example.com'],
      ['host2', '박서준', ['host'], null],
      ['mod1', 'Min', ['moderator'], null],
      ['operator1', 'Oskar', ['operator'], null],
      ['auditor1', 'Ada', ['auditor'], null],
      ['admin1', 'Alex', ['admin', 'host'], 'alex@example.com'],
    ];
    for (const [login, name, roles, email] of seed) this.add({ login, name, roles, email, password: 'CloudWave!' });
    this.accounts[3].disabled = true;
  }

  add({ login, name, roles = [], email = null, password, language = 'en' }) {
    const account = {
      public: { id: id(), login, display_name: name || login, email, email_verified: email !== null, language, totp: false, created_at: ago(900 * hour) },
      password,
      roles: roles.map((role) => ({ role, shop: global_roles.includes(role) ? '*' : 'main', granted_at: ago(700 * hour), granted_by: 'admin1' })),
      disabled: false,
      tokens: [],
      rows: [],
      last_seen_at: ago(5 * hour),
    };
    this.accounts.push(account);
    return account;
  }

  permissions(account) {
    const all = ['watch', 'participate', 'moderate', 'manage_channels', 'manage_catalogue', 'operate', 'read_audit', 'grant_roles', 'manage_accounts', 'manage_shops'];
    const has = Object.fromEntries(all.map((action) => [action, 'none']));
    has.watch = 'all';
    if (account) has.participate = 'own';
    for (const { role } of account?.roles ?? []) {
      for (const [action, access] of Object.entries(grants[role])) {
        if (strength.indexOf(access) > strength.indexOf(has[action])) has[action] = access;
      }
    }
    return has;
  }

  session(account) {
    return {
      account: account?.public ?? null,
      roles: (account?.roles ?? []).map(({ role, shop }) => ({ role, shop })),
      permissions: this.permissions(account),
      shop: this.shops.length === 1 ? this.shops[0] : null,
      shops: this.shops.filter(({ id: shop }) => account?.roles.some((each) => each.role === 'admin' || each.role === 'auditor' || each.shop === shop)),
      insecure_http: this.insecure,
    };
  }

  who(request) {
    const cookie = /(?:^|; )sid_plain=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1];
    return this.sessions.get(cookie) ?? null;
  }

  enter(account, request) {
    const cookie = randomBytes(16).toString('hex');
    const row = (agent, address, age) => ({ id: id(), created_at: ago(age), last_seen_at: ago(age / 9), expires_at: ago(-700 * hour), user_agent: agent, address });
    if (account.rows.length === 0) account.rows = [row(windowsChrome, '203.0.113.20', 200 * hour), row(iphone, '198.51.100.7', 30 * hour)];
    const mine = row(request.headers['user-agent'] ?? '', '127.0.0.1', 0);
    account.rows.push(mine);
    this.sessions.set(cookie, { account, row: mine });
    return { 'Set-Cookie': `sid_plain=${cookie}; Path=/; HttpOnly; SameSite=Lax` };
  }

  /** Routes of this part: `METHOD /path` -> answer. */
  routes() {
    const need = (who) => {
      if (!who) throw new Problem(401, 'sign_in_required');
      return who.account;
    };
    const password = (account, given, field) => {
      if (given !== account.password) throw new Problem(401, 'invalid_credentials', { field });
    };
    const by = (login) => this.accounts.find((each) => each.public.login === login);
    const created = (account, request) => ({ status: 201, body: this.session(account), headers: this.enter(account, request) });
    const checked = (body) => {
      if (['password', '12345678'].includes(body.password)) throw new Problem(400, 'invalid_password', { field: 'password' });
      if (by(body.login)) throw new Problem(409, 'login_taken', { field: 'login' });
    };
    return {
      'GET /setup': () => ({ body: { needed: this.setupNeeded } }),
      'POST /setup': ({ body, request }) => {
        if (!this.setupNeeded || body.token !== 'mock-token') throw new Problem(400, 'link_invalid');
        checked(body);
        this.setupNeeded = false;
        return created(this.add({ login: body.login, name: body.display_name, roles: ['admin', 'host'], password: body.password }), request);
      },
      'GET /session': ({ who }) => ({ body: this.session(who?.account ?? null) }),
      'POST /session': ({ body, request }) => {
        const account = by(body.login);
        if (body.login === 'slow') throw new Problem(429, 'too_many_attempts', { retryAfter: 140 });
        if (!account || account.disabled || account.password !== body.password) throw new Problem(401, 'invalid_credentials');
        if (account.public.totp && !body.code) throw new Problem(401, 'code_required');
        if (account.public.totp && body.code !== '123456') throw new Problem(401, 'invalid_code');
        return { body: this.session(account), headers: this.enter(account, request) };
      },
      'DELETE /session': ({ request }) => {
        this.sessions.delete(/sid_plain=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1]);
        return { status: 204, headers: { 'Set-Cookie': 'sid_plain=; Path=/; Max-Age=0' } };
      },
      'POST /accounts': ({ body, request }) => {
        checked(body);
        const made = this.add({ login: body.login, name: body.display_name, email: body.email ?? null, password: body.password, language: body.language });
        made.public.email_verified = false;
        return created(made, request);
      },
      'GET /account': ({ who }) => ({ body: need(who).public }),
      'PATCH /account': ({ who, body }) => {
        const account = need(who);
        if ('email' in body) password(account, body.password, 'password');
        const { password: _, ...changes } = body;
        Object.assign(account.public, changes, 'email' in body && { email_verified: false });
        return { body: account.public };
      },
      'POST /account/password': ({ who, body }) => {
        const account = need(who);
        password(account, body.current_password, 'current_password');
        account.password = body.new_password;
        account.rows = [who.row];
        return { status: 204 };
      },
      'POST /account/delete': ({ who, body }) => {
        const account = need(who);
        password(account, body.password, 'password');
        const admins = this.accounts.filter((each) => each.roles.some(({ role }) => role === 'admin'));
        if (admins.length === 1 && admins[0] === account) throw new Problem(409, 'last_admin');
        this.accounts = this.accounts.filter((each) => each !== account);
        for (const [cookie, session] of this.sessions) if (session.account === account) this.sessions.delete(cookie);
        return { status: 204 };
      },
      'GET /account/sessions': ({ who }) => ({ body: { sessions: need(who).rows.map((row) => ({ ...row, current: row === who.row })) } }),
      'DELETE /account/sessions': ({ who }) => {
        need(who).rows = [who.row];
        return { status: 204 };
      },
      'DELETE /account/sessions/:a': ({ who, a }) => {
        need(who).rows = who.account.rows.filter((row) => row.id !== a);
        return { status: 204 };
      },
      'POST /account/totp': ({ who, body }) => {
        password(need(who), body.password, 'password');
        const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
        return { body: { secret, otpauth_url: `otpauth://totp/shopcast:${who.account.public.login}?secret=${secret}&issuer=shopcast` } };
      },
      'PUT /account/totp': ({ who, body }) => {
        if (body.code !== '123456') throw new Problem(400, 'invalid_code', { field: 'code' });
        need(who).public.totp = true;
        return { body: { recovery_codes: Array.from({ length: 10 }, () => `${randomBytes(2).toString('hex')}-${randomBytes(2).toString('hex')}`) } };
      },
      'POST /account/totp/disable': ({ who, body }) => {
        password(need(who), body.password, 'password');
        if (body.code !== '123456') throw new Problem(400, 'invalid_code', { field: 'code' });
        who.account.public.totp = false;
        return { status: 204 };
      },
      'GET /account/tokens': ({ who }) => ({ body: { tokens: need(who).tokens } }),
      'POST /account/tokens': ({ who, body }) => {
        const token = { id: id(), name: body.name, scopes: body.scopes, created_at: ago(0), last_used_at: null, expires_at: body.expires_in_days ? ago(-24 * hour * body.expires_in_days) : null };
        need(who).tokens.push(token);
        return { status: 201, body: { ...token, token: `sct_${randomBytes(16).toString('hex')}` } };
      },
      'DELETE /account/tokens/:a': ({ who, a }) => {
        need(who).tokens = who.account.tokens.filter((token) => token.id !== a);
        return { status: 204 };
      },
      'POST /password-resets': () => ({ status: 202, body: {} }),
      'POST /password-resets/confirm': ({ body }) => {
        if (body.token !== 'mock-token') throw new Problem(400, 'link_invalid');
        return { status: 204 };
      },
      'POST /email-verifications/confirm': ({ body }) => {
        if (body.token !== 'mock-token') throw new Problem(400, 'link_invalid');
        return { status: 204 };
      },
      'GET /shops': () => ({ body: { shops: this.shops } }),
      'GET /operations/shops': () => ({ body: { shops: this.shops } }),
      'POST /operations/shops': ({ who, body }) => {
        need(who);
        if (this.shops.some(({ id: taken }) => taken === body.id)) throw new Problem(409, 'id_taken', { field: 'id' });
        this.shops.push({ id: body.id, name: body.name });
        return { status: 201, body };
      },
      'PATCH /operations/shops/:a': ({ who, a, body }) => {
        need(who);
        return { body: Object.assign(this.shops.find(({ id: shop }) => shop === a), { name: body.name }) };
      },
      'GET /shops/:a/roles': ({ who }) => {
        need(who);
        const roles = this.accounts.flatMap(({ public: { id: accountId, login, display_name }, roles: given }) =>
          given.filter(({ shop }) => shop === 'main' || who.account.roles.some(({ role }) => role === 'admin'))
            .map(({ role, granted_at, granted_by }) => ({ account: { id: accountId, login, display_name }, role, granted_at, granted_by })));
        return { body: { roles } };
      },
      'PUT /shops/:a/roles/:b/:c': ({ who, b, c }) => {
        need(who);
        const account = by(b);
        if (!account) throw new Problem(404, 'not_found');
        if (!account.roles.some(({ role }) => role === c)) account.roles.push({ role: c, shop: global_roles.includes(c) ? '*' : 'main', granted_at: ago(0), granted_by: who.account.public.login });
        return { status: 204 };
      },
      'DELETE /shops/:a/roles/:b/:c': ({ who, b, c }) => {
        need(who);
        const account = by(b);
        if (c === 'admin' && b === 'admin1') throw new Problem(409, 'last_admin');
        account.roles = account.roles.filter(({ role }) => role !== c);
        return { status: 204 };
      },
    };
  }
}
