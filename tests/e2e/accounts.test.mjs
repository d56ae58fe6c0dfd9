/** Sessions and passwords where somebody wants to do harm, or the server stops. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from '../lib/limited.mjs';
import { make_certificate, write_tls_config } from './lib/certificate.mjs';
import { Client } from './lib/client.mjs';
import { PASSWORD, create_account } from './lib/visitors.mjs';
import { Shopcast, run_shopcast } from './lib/shopcast.mjs';
import { until } from './lib/wait.mjs';

const any_ports = ['--http', '127.0.0.1:0', '--rtmp', '127.0.0.1:0'];

describe('guessing', () => {
  /** @type {Shopcast} */
  let server;
  before(async () => {
    server = await Shopcast.start('guessing');
    await create_account(server, 'target-1');
    await create_account(server, 'target-2');
  });
  after(() => server?.clear());
  const client = () => new Client(server.origin);

  test('nothing tells whether an account exists, nor does the work', async () => {
    const hashes = () => server.metric('shopcast_people_password_hashes_total');
    const before_wrong = await hashes();
    const wrong = await client().sign_in('target-1', 'not-this-one-9');
    const after_wrong = await hashes();
    const unknown = await client().sign_in('nobody-here', 'not-this-one-9');
    const after_unknown = await hashes();
    assert.deepEqual([wrong.status, wrong.body], [unknown.status, unknown.body]);
    assert.equal(wrong.body.code, 'invalid_credentials');
    assert.equal(after_wrong - before_wrong, 1);
    assert.equal(after_unknown - after_wrong, 1, 'as much work for nobody');
    const headers = (answer) => Object.keys(answer.headers).sort();
    assert.deepEqual(headers(wrong), headers(unknown));
  });

  test('asking for a reset tells nothing either', async () => {
    const answers = [];
    for (const who of ['target-1', 'nobody-here', 'nobody@example.com']) {
      const { status, body } = await client().post('/api/v1/password-resets', { login_or_email: who });
      answers.push([status, body]);
    }
    assert.deepEqual(answers[0], answers[1]);
    assert.deepEqual(answers[0], answers[2]);
    assert.equal(answers[0][0], 202);
  });

  test('many tries at one account have to wait; others do not', async () => {
    let refused = null;
    for (let tries = 0; tries < 20 && !refused; ++tries) {
      const answer = await client().sign_in('target-2', `guess-number-${tries}`);
      if (answer.status === 429) refused = answer;
    }
    assert.equal(refused?.body.code, 'too_many_attempts');
    assert.ok(Number(refused.headers['retry-after']) >= 1);
    const right = await client().sign_in('target-2');
    assert.equal(right.status, 429, 'the right password waits as well');
    assert.equal((await client().sign_in('target-1')).status, 200, 'another account from the same address');
    const unknown = [];
    for (let tries = 0; tries < 20; ++tries) unknown.push((await client().sign_in('nobody-2', `guess-number-${tries}`)).status);
    assert.ok(unknown.includes(429), 'one that does not exist is throttled in the same way');
  });

  test('a session token of the wrong form, length or of nobody opens nothing', async () => {
    for (const token of ['', 'x', 'a'.repeat(52), 'a'.repeat(8000), '../../etc/passwd', '%00']) {
      const me = client();
      me.cookies.set('sid_plain', token);
      assert.equal((await me.get('/api/v1/account')).status, 401, token.slice(0, 20));
    }
  });

  test('signing in gives a new session, whatever cookie came', async () => {
    const me = client();
    me.cookies.set('sid_plain', 'planted-by-somebody-else');
    await me.sign_in('target-1');
    const first = me.cookies.get('sid_plain');
    assert.notEqual(first, 'planted-by-somebody-else');
    await me.sign_in('target-1');
    assert.notEqual(me.cookies.get('sid_plain'), first);
    me.cookies.set('sid_plain', first);
    assert.equal((await me.get('/api/v1/account')).status, 401, 'the older one has ended');
  });
});

describe('pages of other sites', () => {
  /** @type {Shopcast} */
  let server;
  before(async () => {
    server = await Shopcast.start('cross-site');
    await create_account(server, 'victim');
  });
  after(() => server?.clear());

  const CASES = [
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'none', origin: '' }, true],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{}, true],
    [{ origin: 'http://evil.example' }, false],
    [{ origin: 'null' }, false],
    [{ origin: '' }, false],
    [{ origin: 'OWN.evil.example' }, false],
  ];
  for (const [headers, allowed] of CASES) {
    test(`${JSON.stringify(headers)} ${allowed ? 'may' : 'may not'} change something`, async () => {
      const me = new Client(server.origin);
      await me.sign_in('victim');
      const sent = headers.origin?.startsWith('OWN') ? { origin: server.origin + headers.origin.slice(3) } : headers;
      const answer = await me.patch('/api/v1/account', { display_name: 'Changed' }, sent);
      assert.equal(answer.status, allowed ? 200 : 403, JSON.stringify(answer.body));
      if (!allowed) assert.equal(answer.body.code, 'cross_site');
    });
  }

  test('nor sign a visitor in as somebody else', async () => {
    const me = new Client(server.origin);
    assert.equal((await me.post('/api/v1/session', { login: 'victim', password: PASSWORD }, { origin: 'http://evil.example' })).body.code, 'cross_site');
    assert.equal((await me.post('/api/v1/session', { login: 'victim', password: PASSWORD }, { origin: '' })).status, 200, 'a program without cookies');
  });

  test('a form cannot: what it sends is no JSON', async () => {
    const me = new Client(server.origin);
    await me.sign_in('victim');
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
      const answer = await me.patch('/api/v1/account', '{"display_name":"x"}', { 'content-type': type });
      assert.deepEqual([answer.status, answer.body.code], [415, 'not_json'], type);
    }
  });

  test('no answer about a person may be read or cached elsewhere', async () => {
    const me = new Client(server.origin);
    await me.sign_in('victim');
    for (const path of ['/api/v1/session', '/api/v1/account', '/api/v1/account/sessions', '/api/v1/operations/summary']) {
      const { headers } = await me.get(path, { origin: 'http://evil.example' });
      assert.equal(headers['access-control-allow-origin'], undefined, path);
      assert.equal(headers['cache-control'], 'no-store', path);
      assert.equal(headers['x-content-type-options'], 'nosniff', path);
    }
  });
});

describe('cookies over TLS and over plain HTTP', () => {
  /** @type {Shopcast} */
  let server;
  before(async () => {
    const data_folder = mkdtempSync(join(tmpdir(), 'shopcast-e2e-'));
    await make_certificate(data_folder, 'localhost');
    server = await Shopcast.start('cookies', { data_folder, args: ['--config', write_tls_config(data_folder)] });
    await create_account(server, 'walker');
  });
  after(() => server?.clear());

  test('each has its own, and neither opens the other', async () => {
    const secure_origin = `https://${server.https}`;
    const plain = new Client(server.origin);
    const secure = new Client(secure_origin);
    const [plain_cookie] = (await plain.sign_in('walker')).cookies;
    const [secure_cookie] = (await secure.sign_in('walker')).cookies;
    assert.match(plain_cookie, /^sid_plain=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
    assert.match(secure_cookie, /^__Host-sid=[^;]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
    assert.match(secure.cookies.get('__Host-sid'), /^.{43,}$/, '256 bits');

    const swapped = new Client(secure_origin);
    for (const name of ['sid_plain', '__Host-sid']) swapped.cookies.set(name, plain.cookies.get('sid_plain'));
    assert.equal((await swapped.get('/api/v1/account')).status, 401);
    swapped.origin = server.origin;
    for (const name of ['sid_plain', '__Host-sid']) swapped.cookies.set(name, secure.cookies.get('__Host-sid'));
    assert.equal((await swapped.get('/api/v1/account')).status, 401);
  });

  test('TLS is to be kept for a year; plain HTTP never says so', async () => {
    for (const path of ['/', '/api/v1/session', '/nothing-here']) {
      assert.equal((await new Client(`https://${server.https}`).get(path)).headers['strict-transport-security'], 'max-age=31536000', path);
      assert.equal((await new Client(server.origin).get(path)).headers['strict-transport-security'], undefined, path);
    }
  });
});

describe('behind a proxy', () => {
  test('it says whether the client spoke TLS; a stranger may not', async () => {
    const trusting = await Shopcast.start('proxied', { args: any_ports, settings: '[server]\ntrusted_proxies = ["127.0.0.1"]\n' });
    const strict = await Shopcast.start('not-proxied');
    try {
      for (const [server, name] of [[trusting, '__Host-sid'], [strict, 'sid_plain']]) {
        await create_account(server, 'walker');
        const me = new Client(server.origin, { headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9', 'sec-fetch-site': 'same-origin' } });
        const answer = await me.sign_in('walker');
        assert.ok(answer.cookies[0].startsWith(`${name}=`), answer.cookies[0]);
        const { sessions } = (await me.get('/api/v1/account/sessions')).body;
        assert.equal(sessions[0].address, name === '__Host-sid' ? '203.0.113.9' : '127.0.0.1');
      }
      const chain = new Client(trusting.origin, { headers: { 'x-forwarded-proto': 'https, http', 'sec-fetch-site': 'same-origin' } });
      assert.ok((await chain.sign_in('walker')).cookies[0].startsWith('sid_plain='), 'the nearest proxy has the last word');
    } finally {
      await trusting.clear();
      await strict.clear();
    }
  });
});

describe('what was answered is there after', () => {
  test('a restart: sessions, tokens, roles', async () => {
    const first = await Shopcast.start('restart-first');
    await create_account(first, 'keeper', ['host']);
    const me = new Client(first.origin);
    await me.sign_in('keeper');
    const { token } = (await me.post('/api/v1/account/tokens', { name: 'kept', scopes: ['read'], password: PASSWORD })).body;
    await first.stop();
    const second = await Shopcast.start('restart-second', { data_folder: first.data_folder });
    try {
      me.origin = second.origin;
      assert.deepEqual((await me.get('/api/v1/session')).body.roles, [{ role: 'host', shop: 'main' }]);
      const program = new Client(second.origin);
      program.token = token;
      assert.equal((await program.get('/api/v1/streams')).status, 200);
    } finally {
      await second.clear();
    }
  });

  test('kill -9 right after the answer to a sign-up', async () => {
    for (let round = 0; round < 3; ++round) {
      const first = await Shopcast.start(`kill-${round}-first`);
      const me = new Client(first.origin);
      const made = await me.sign_up(`survivor-${round}`);
      process.kill(first.pid, 'SIGKILL');
      assert.equal(made.status, 201);
      await first.stop();
      const second = await Shopcast.start(`kill-${round}-second`, { data_folder: first.data_folder });
      try {
        me.origin = second.origin;
        assert.equal((await me.get('/api/v1/account')).body.login, `survivor-${round}`, 'the session as well');
        assert.equal((await new Client(second.origin).sign_in(`survivor-${round}`)).status, 200);
      } finally {
        await second.clear();
      }
    }
  });
});

describe('the command line', () => {
  /** @type {Shopcast} */
  let server;
  before(async () => { server = await Shopcast.start('account-cli'); });
  after(() => server?.clear());

  test('makes accounts, links and roles', async () => {
    const made = await server.ask('account', 'create', 'boss', '--role', 'admin', '--display-name', 'Boss', '--language', 'ko');
    assert.match(made.reset.url, /^http:\/\/127\.0\.0\.1:\d+\/reset#[a-z2-7]{32}$/);
    const token = made.reset.url.split('#')[1];
    const me = new Client(server.origin);
    assert.equal((await me.post('/api/v1/password-resets/confirm', { token, new_password: PASSWORD })).status, 204);
    assert.equal((await me.sign_in('boss')).body.roles[0].role, 'admin');
    await server.ask('account', 'create', 'person', '--role', 'host');
    assert.equal((await server.ask('account', 'grant', 'person', 'operator')).roles.length, 2);
    assert.deepEqual((await server.ask('account', 'revoke', 'person', 'operator')).roles, [{ role: 'host', shop: 'main' }]);
    assert.equal((await server.ask('account', 'disable', 'person')).disabled, true);
    assert.equal((await server.ask('account', 'enable', 'person')).disabled, false);
    assert.deepEqual((await server.ask('account', 'list')).accounts.map(({ login }) => login), ['boss', 'person']);
    await assert.rejects(server.ask('account', 'create', 'boss'), /taken/);
    await assert.rejects(server.ask('account', 'grant', 'person', 'king'), /host, moderator/);
    await assert.rejects(server.ask('setup-link'), /admin/);
  });

  test('a setup link while there is no admin', async () => {
    const empty = await Shopcast.start('setup-link');
    try {
      const file = join(empty.data_folder, 'setup-link');
      await until('the file', () => statSync(file, { throwIfNoEntry: false }));
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const [, old] = /\/setup#([a-z2-7]+)/.exec(readFileSync(file, 'utf8'));
      const { url } = await empty.ask('setup-link');
      const token = url.split('#')[1];
      assert.equal(readFileSync(file, 'utf8').trim(), url);
      const me = new Client(empty.origin);
      assert.equal((await me.post('/api/v1/setup', { token: old, login: 'first', password: PASSWORD })).status, 400, 'the older link');
      assert.equal((await me.post('/api/v1/setup', { token, login: 'first', password: PASSWORD })).status, 201);
      assert.equal(statSync(file, { throwIfNoEntry: false }), undefined);
      for (const secret of [token, old]) {
        assert.ok(!empty.raw_log.includes(secret), 'the log');
        assert.ok(!empty.printed.includes(secret), 'what a journal would keep');
      }
    } finally {
      await empty.clear();
    }
  });

  test('serve --self-check lists what is insecure', async () => {
    const settings = join(server.data_folder, 'check.toml');
    writeFileSync(settings, '[http]\nlisten = "0.0.0.0:8080"\n[server]\ntrusted_proxies = ["0.0.0.0/0"]\n');
    const bad = await run_shopcast(['serve', '--self-check', '--config', settings, '--data', server.data_folder]);
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /high +everybody_is_a_proxy/);
    assert.doesNotMatch(bad.stdout, /no_admin/, 'the command line made one');
    writeFileSync(settings, '[accounts]\nsign_up = false\nstaff_totp_required = true\n[shop]\npayments = "none"\n');
    const good = await run_shopcast(['serve', '--self-check', '--config', settings, '--data', server.data_folder]);
    assert.deepEqual([good.code, good.stdout], [0, 'No insecure settings.\n']);
  });
});
