/** Every endpoint of /api/v1, each answer checked against the server's own OpenAPI document. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from '../lib/limited.mjs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Client } from './lib/client.mjs';
import { Publisher } from './lib/ffmpeg.mjs';
import { film_file } from './lib/material.mjs';
import { Contract } from './lib/openapi.mjs';
import { PASSWORD, create_account, everybody, totp } from './lib/visitors.mjs';
import { Shop } from './lib/shop.mjs';
import { tour } from './lib/shop_tour.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { until } from './lib/wait.mjs';

/** @type {Shopcast} */
let server;
/** @type {Contract} */
let contract;
/** @type {Record<string, Client>} */
let who;
let publisher;
before(async () => {
  server = await Shopcast.start('api', { settings: '[shop]\nfake_payment_ms = 0\n' });
  contract = new Contract(await server.json('/api/v1/openapi.json'));
});
after(async () => {
  await publisher?.vanish();
  await server?.clear();
});

const client = () => new Client(server.origin, { contract });

describe('the document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(contract.document));
    assert.ok(result.valid, JSON.stringify(result.errors));
    assert.equal(contract.document.openapi, '3.1.0');
  });

  test('says what each path takes', async () => {
    for (const [path, item] of Object.entries(contract.document.paths)) {
      const answer = await fetch(server.url(path.replace(/\{\w+\}/g, 'x')), { method: 'OPTIONS' });
      const wanted = answer.headers.get('allow').split(', ').filter((method) => !['OPTIONS', 'HEAD'].includes(method)).sort();
      assert.deepEqual(Object.keys(item).map((method) => method.toUpperCase()).sort(), wanted, path);
    }
  });
});

describe('the first admin', () => {
  test('comes by the link in the data folder, which is in no log', async () => {
    const file = join(server.data_folder, 'setup-link');
    await until('the link', () => existsSync(file));
    const [, token] = /\/setup#([a-z2-7]+)/.exec(readFileSync(file, 'utf8'));
    const stranger = client();
    assert.deepEqual((await stranger.get('/api/v1/setup')).body, { needed: true });
    const wrong = await stranger.post('/api/v1/setup', { token: 'a'.repeat(32), login: 'owner', password: PASSWORD });
    assert.deepEqual([wrong.status, wrong.body.code], [400, 'link_invalid']);
    const done = await stranger.post('/api/v1/setup', { token, login: 'owner', password: PASSWORD, display_name: 'Owner', language: 'ko' });
    assert.equal(done.status, 201);
    assert.equal(done.body.account.language, 'ko');
    assert.deepEqual(done.body.roles.map(({ role, shop }) => `${role} ${shop}`).sort(), ['admin *', 'host main']);
    assert.deepEqual((await stranger.get('/api/v1/setup')).body, { needed: false });
    assert.equal((await stranger.fresh().post('/api/v1/setup', { token, login: 'thief', password: PASSWORD })).status, 409);
    assert.ok(!server.raw_log.includes(token), 'no token in the log');
    who = await everybody(server, { contract });
  });
});

describe('one\'s own account', () => {
  /** @type {Client} */
  let me;

  test('sign up, and who am I', async () => {
    me = client();
    const stranger = await me.get('/api/v1/session');
    assert.equal(stranger.body.account, null);
    assert.equal(stranger.body.permissions.watch, 'all');
    assert.equal(stranger.body.permissions.participate, 'none');
    const made = await me.sign_up('minsu', { display_name: 'Minsu', email: 'minsu@example.com', language: 'ko' });
    assert.equal(made.status, 201);
    assert.equal(made.headers['cache-control'], 'no-store');
    const mine = await me.get('/api/v1/session');
    assert.equal(mine.body.account.login, 'minsu');
    assert.equal(mine.body.permissions.participate, 'own');
  });

  test('what is wrong is told with its field', async () => {
    for (const [body, code, field] of [
      [{ login: 'x', password: PASSWORD }, 'invalid_login', 'login'],
      [{ login: 'good-login', password: 'short' }, 'invalid_password', 'password'],
      [{ login: 'good-login', password: 'password1' }, 'invalid_password', 'password'],
      [{ login: 'good-login', password: PASSWORD, email: 'nobody' }, 'invalid_email', 'email'],
      [{ login: 'good-login', password: PASSWORD, language: 'xx' }, 'invalid_language', 'language'],
      [{ login: 7, password: PASSWORD }, 'invalid_login', 'login'],
      [{ password: PASSWORD }, 'invalid_login', 'login'],
    ]) {
      const { status, body: problem } = await client().post('/api/v1/accounts', body);
      assert.deepEqual([status, problem.code, problem.field], [400, code, field], JSON.stringify(body));
    }
    const taken = await client().sign_up('MINSU');
    assert.deepEqual([taken.status, taken.body.code, taken.body.field], [409, 'login_taken', 'login']);
    assert.equal((await client().post('/api/v1/accounts', '[1')).body.code, 'invalid_body');
  });

  test('profile with ETag and If-Match', async () => {
    const first = await me.get('/api/v1/account');
    assert.equal((await me.get('/api/v1/account', { 'if-none-match': first.headers.etag })).status, 304);
    const changed = await me.patch('/api/v1/account', { display_name: 'Min-su' }, { 'if-match': first.headers.etag });
    assert.equal(changed.body.display_name, 'Min-su');
    const late = await me.patch('/api/v1/account', { display_name: 'Other' }, { 'if-match': first.headers.etag });
    assert.deepEqual([late.status, late.body.code], [412, 'changed_meanwhile']);
    const email = await me.patch('/api/v1/account', { email: 'new@example.com' });
    assert.equal(email.status, 403, 'e-mail needs the password');
    assert.equal((await me.patch('/api/v1/account', { email: 'new@example.com', password: PASSWORD })).body.email, 'new@example.com');
  });

  test('sessions are listed and end', async () => {
    const phone = client();
    await phone.sign_in('minsu');
    const listed = await me.get('/api/v1/account/sessions');
    assert.equal(listed.body.sessions.length, 2);
    assert.equal(listed.body.sessions.filter(({ current }) => current).length, 1);
    const other = listed.body.sessions.find(({ current }) => !current);
    assert.equal((await who.viewer.del(`/api/v1/account/sessions/${other.id}`)).status, 404, 'somebody else\'s');
    assert.equal((await me.del(`/api/v1/account/sessions/${other.id}`)).status, 204);
    assert.equal((await phone.get('/api/v1/session')).body.account, null);
    await phone.sign_in('minsu');
    assert.equal((await me.del('/api/v1/account/sessions')).status, 204);
    assert.equal((await phone.get('/api/v1/account')).status, 401);
    assert.equal((await me.get('/api/v1/account')).status, 200);
  });

  test('a new password ends all other sessions', async () => {
    const phone = client();
    await phone.sign_in('minsu');
    assert.equal((await me.post('/api/v1/account/password', { current_password: 'wrong-one-here', new_password: 'another-horse-8' })).body.field, 'current_password');
    assert.equal((await me.post('/api/v1/account/password', { current_password: PASSWORD, new_password: 'another-horse-8' })).status, 204);
    assert.equal((await phone.get('/api/v1/account')).status, 401);
    assert.equal((await me.get('/api/v1/account')).status, 200, 'this one got a new cookie');
    assert.equal((await phone.sign_in('minsu')).body.code, 'invalid_credentials');
    assert.equal((await phone.sign_in('minsu', 'another-horse-8')).status, 200);
    assert.equal((await me.post('/api/v1/account/password', { current_password: 'another-horse-8', new_password: PASSWORD })).status, 204);
  });

  test('two-step sign-in', async () => {
    const offer = await me.post('/api/v1/account/totp', { password: PASSWORD });
    assert.match(offer.body.otpauth_url, /^otpauth:\/\/totp\//);
    assert.equal((await me.put('/api/v1/account/totp', { code: '000000' })).body.code, 'invalid_code');
    const on = await me.put('/api/v1/account/totp', { code: totp(offer.body.secret) });
    assert.equal(on.body.recovery_codes.length, 10);
    const again = client();
    assert.equal((await again.sign_in('minsu')).body.code, 'code_required');
    const bad = await again.sign_in('minsu', PASSWORD, '000000');
    assert.deepEqual([bad.status, bad.body.code], [401, 'invalid_code']);
    const [recovery, next] = on.body.recovery_codes;
    assert.equal((await again.sign_in('minsu', PASSWORD, recovery)).status, 200);
    assert.equal((await client().sign_in('minsu', PASSWORD, recovery)).status, 401, 'works once');
    assert.equal((await me.post('/api/v1/account/totp/disable', { password: PASSWORD, code: next })).status, 204);
  });

  test('API tokens: scopes, and never the account itself', async () => {
    const made = await who.host.post('/api/v1/account/tokens', { name: 'deploy', scopes: ['channels'], expires_in_days: 30, password: PASSWORD });
    assert.match(made.body.token, /^sct_[a-z2-7]{32}$/);
    const program = client();
    program.token = made.body.token;
    assert.equal((await program.get('/api/v1/account')).body.code, 'session_required');
    assert.equal((await program.post('/api/v1/channels', { name: 'by-token' })).status, 201);
    assert.equal((await program.del('/api/v1/channels/by-token')).status, 204);
    assert.equal((await program.get('/api/v1/audit')).status, 403, 'another scope');
    const reader = client();
    reader.token = (await who.host.post('/api/v1/account/tokens', { name: 'dashboard', scopes: ['read'], expires_in_days: null, password: PASSWORD })).body.token;
    assert.equal((await reader.get('/api/v1/streams')).status, 200);
    assert.equal((await reader.post('/api/v1/channels', { name: 'by-reader' })).status, 403);
    const { tokens } = (await who.host.get('/api/v1/account/tokens')).body;
    assert.equal(tokens.length, 2);
    assert.ok(!JSON.stringify(tokens).includes('sct_'));
    assert.equal((await me.del(`/api/v1/account/tokens/${made.body.id}`)).status, 404, 'somebody else\'s');
    assert.equal((await who.host.del(`/api/v1/account/tokens/${made.body.id}`)).status, 204);
    assert.equal((await program.get('/api/v1/streams')).body.code, 'token_invalid');
    for (const wrong of [{ name: 'x', scopes: ['everything'] }, { name: 'x', scopes: [] }, { name: '', scopes: ['read'] }, { name: 'x', scopes: ['read'], expires_in_days: 0 }]) {
      assert.equal((await who.host.post('/api/v1/account/tokens', { password: PASSWORD, ...wrong })).status, 400, JSON.stringify(wrong));
    }
  });

  test('mails that cannot be sent', async () => {
    const unknown = await client().post('/api/v1/password-resets', { login_or_email: 'nobody-here' });
    const known = await client().post('/api/v1/password-resets', { login_or_email: 'minsu' });
    assert.deepEqual([unknown.status, unknown.body], [known.status, known.body]);
    assert.equal((await me.post('/api/v1/email-verifications')).status, 409);
    assert.equal((await client().post('/api/v1/email-verifications/confirm', { token: 'a'.repeat(32) })).body.code, 'link_invalid');
    assert.equal((await client().post('/api/v1/password-resets/confirm', { token: 'a'.repeat(32), new_password: PASSWORD })).body.code, 'link_invalid');
  });

  test('deleted: the login stays taken', async () => {
    assert.equal((await me.post('/api/v1/account/delete', { password: 'wrong-one-here' })).status, 403);
    assert.equal((await me.post('/api/v1/account/delete', { password: PASSWORD })).status, 204);
    assert.equal(me.cookies.size, 0);
    assert.equal((await client().sign_in('minsu')).body.code, 'invalid_credentials');
    assert.equal((await client().sign_up('minsu')).body.code, 'login_taken');
  });

  test('sign out, with and without a session', async () => {
    const guest = client();
    await guest.sign_up('guest-1');
    const old = guest.cookies.get('sid_plain');
    assert.equal((await guest.del('/api/v1/session')).status, 204);
    assert.equal((await guest.del('/api/v1/session')).status, 204);
    guest.cookies.set('sid_plain', old);
    assert.equal((await guest.get('/api/v1/account')).status, 401, 'the old cookie opens nothing');
  });
});

describe('channels and their streams', () => {
  let made;

  test('create, with the key shown once', async () => {
    made = (await who.host.post('/api/v1/channels', { name: 'studio-1', title: 'First studio' }, { 'idempotency-key': 'key-1' }));
    assert.equal(made.status, 201);
    assert.equal(made.headers.location, '/api/v1/channels/studio-1');
    assert.equal(made.body.publish_url, `rtmp://${server.rtmp}/live/${made.body.stream_key}`);
    const again = await who.host.post('/api/v1/channels', { name: 'studio-1', title: 'First studio' }, { 'idempotency-key': 'key-1' });
    assert.equal(again.headers['idempotency-replayed'], 'true');
    assert.equal(again.body.stream_key, made.body.stream_key);
    const other = await who.host.post('/api/v1/channels', { name: 'studio-2' }, { 'idempotency-key': 'key-1' });
    assert.deepEqual([other.status, other.body.code], [422, 'idempotency_key_reused']);
    const taken = await who.host.post('/api/v1/channels', { name: 'studio-1' });
    assert.deepEqual([taken.status, taken.body.code, taken.body.field], [409, 'name_taken', 'name']);
    assert.equal((await who.host.post('/api/v1/channels', { name: 'No Good' })).body.code, 'invalid_name');
    const studio = (await who.host.get('/api/v1/studio/channels')).body.channels;
    assert.ok(!JSON.stringify(studio).includes(made.body.stream_key), 'never shown again');
  });

  test('rename, with If-Match', async () => {
    const { headers } = await who.host.get('/api/v1/studio/channels/studio-1');
    assert.equal((await who.host.patch('/api/v1/channels/studio-1', { title: 'Renamed' }, { 'if-match': headers.etag })).body.title, 'Renamed');
    assert.equal((await who.host.patch('/api/v1/channels/studio-1', { title: 'Late' }, { 'if-match': headers.etag })).status, 412);
    assert.equal((await client().get('/api/v1/channels/studio-1')).body.title, 'Renamed');
  });

  test('live: health, history, and who publishes', async () => {
    publisher = Publisher.of_file(await film_file('gop30', 90), made.body.publish_url, { loop: true });
    await server.until_state('studio-1', 'live');
    const { streams } = (await who.host.get('/api/v1/streams?state=live')).body;
    assert.deepEqual(streams.map(({ channel, state }) => [channel, state]), [['studio-1', 'live']]);
    assert.match(streams[0].encoder, /Lavf/);
    assert.equal(streams[0].address, '127.0.0.1');
    const stream = await until('a few samples', async () => {
      const { body } = await who.operator.get(`/api/v1/streams/${streams[0].id}`);
      return body.history.length >= 3 ? body : null;
    });
    const sample = stream.history.at(-1);
    assert.ok(sample.bitrate_bps > 100_000, JSON.stringify(sample));
    assert.ok(sample.frame_rate > 20 && sample.frame_rate < 40, JSON.stringify(sample));
    const [earlier, later] = stream.history.slice(-2).map(({ at }) => Date.parse(at));
    assert.ok(later - earlier >= 2000 && later - earlier < 4000);
    await client().post('/api/v1/channels/studio-1/viewers', { viewer: 'a'.repeat(20) });
    await until('the peak', async () => (await who.operator.get(`/api/v1/streams/${stream.id}`)).body.viewers_peak === 1);
    assert.equal((await who.host.get('/api/v1/studio/channels/studio-1')).body.stream.id, stream.id);
    const summary = (await who.operator.get('/api/v1/operations/summary')).body;
    assert.equal(summary.streams_live, 1);
    assert.ok(summary.memory_bytes > 1e6 && summary.disk.total_bytes > 0);
  });

  test('stopped by an operator: the encoder goes, the audit log knows', async () => {
    const [{ id }] = (await who.operator.get('/api/v1/streams?channel=studio-1')).body.streams;
    assert.equal((await who.auditor.post(`/api/v1/streams/${id}/stop`, { reason: 'x' })).status, 403);
    assert.equal((await who.operator.post(`/api/v1/streams/${id}/stop`, { reason: 'rehearsal' })).status, 204);
    const ended = await until('the end', async () => {
      const { body } = await who.host.get(`/api/v1/streams/${id}`);
      return body.ended_at ? body : null;
    });
    assert.match(ended.end_reason, /operator1.*rehearsal/);
    assert.ok(ended.history.length > 0, 'kept for a while');
    assert.equal((await who.operator.post(`/api/v1/streams/${id}/stop`)).body.code, 'stream_ended');
    await publisher.vanish();
    const { entries } = (await who.auditor.get('/api/v1/audit?action=stream.stop')).body;
    assert.deepEqual([entries[0].actor.login, entries[0].target, entries[0].detail.reason], ['operator1', `stream/${id}`, 'rehearsal']);
  });

  test('lists go on behind their cursor', async () => {
    const seen = new Set((await who.host.get('/api/v1/streams?channel=studio-1')).body.streams.map(({ id }) => id));
    for (let round = 0; round < 2; ++round) {
      publisher = Publisher.of_file(await film_file('gop30', 90), made.body.publish_url, { loop: true });
      await until('another stream is live', async () => {
        const { stream, state } = (await client().get('/api/v1/channels/studio-1')).body;
        return state === 'live' && !seen.has(stream.id) && seen.add(stream.id);
      });
      await publisher.vanish();
      const [{ id }] = (await who.operator.get('/api/v1/streams?channel=studio-1')).body.streams;
      await who.operator.post(`/api/v1/streams/${id}/stop`);
      await until('the end', async () => (await who.host.get(`/api/v1/streams/${id}`)).body.ended_at);
    }
    const all = (await who.host.get('/api/v1/streams?state=ended')).body.streams.map(({ id }) => id);
    assert.ok(all.length >= 3);
    const paged = [];
    for (let cursor = ''; cursor !== null;) {
      const { body } = await who.host.get(`/api/v1/streams?state=ended&limit=2&cursor=${cursor}`);
      assert.ok(body.streams.length <= 2);
      paged.push(...body.streams.map(({ id }) => id));
      cursor = body.next_cursor;
    }
    assert.deepEqual(paged, all);
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=zz', 'cursor=00', 'state=odd']) {
      assert.equal((await who.host.get(`/api/v1/streams?${query}`)).status, 400, query);
    }
  });

  test('a rotated key: the old one stops at once', async () => {
    publisher = Publisher.of_file(await film_file('gop30', 90), made.body.publish_url, { loop: true });
    await server.until_state('studio-1', 'live');
    const rotated = await who.host.post('/api/v1/channels/studio-1/key');
    assert.notEqual(rotated.body.stream_key, made.body.stream_key);
    await until('the end', async () => (await client().get('/api/v1/channels/studio-1')).body.stream?.ended_at);
    await publisher.vanish();
  });

  test('removed: the name stays reserved', async () => {
    assert.equal((await who.host.del('/api/v1/channels/studio-1')).status, 204);
    assert.equal((await client().get('/api/v1/channels/studio-1')).body.code, 'channel_not_found');
    assert.equal((await who.host.del('/api/v1/channels/studio-1')).status, 404);
    assert.equal((await who.host.post('/api/v1/channels', { name: 'studio-1' })).body.code, 'name_taken');
    assert.ok((await who.host.get('/api/v1/streams?channel=studio-1')).body.streams.length > 0, 'its streams are remembered');
  });
});

describe('people with power', () => {
  test('roles of a shop', async () => {
    await create_account(server, 'helper-1');
    assert.equal((await who.host.put('/api/v1/shops/main/roles/helper-1/moderator')).status, 204);
    const { roles } = (await who.host.get('/api/v1/shops/main/roles')).body;
    assert.deepEqual(roles.filter(({ account }) => account.login === 'helper-1').map(({ role, granted_by }) => [role, granted_by]), [['moderator', 'host1']]);
    assert.equal((await who.host.del('/api/v1/shops/main/roles/helper-1/moderator')).status, 204);
    assert.equal((await who.host.del('/api/v1/shops/main/roles/helper-1/moderator')).status, 404);
    assert.equal((await who.host.put('/api/v1/shops/main/roles/nobody-here/host')).status, 404);
    assert.equal((await who.host.put('/api/v1/shops/main/roles/helper-1/king')).status, 404);
    assert.equal((await who.host.put('/api/v1/shops/*/roles/helper-1/admin')).status, 404, 'not a host\'s shop');
    assert.equal((await who.host.put('/api/v1/shops/other/roles/helper-1/host')).status, 404);
    assert.equal((await who.admin.put('/api/v1/shops/*/roles/helper-1/auditor')).status, 204);
    assert.equal((await who.admin.get('/api/v1/shops/*/roles')).body.roles.some(({ role }) => role === 'auditor'), true);
    assert.equal((await who.admin.del('/api/v1/shops/*/roles/helper-1/auditor')).status, 204);
    assert.equal((await who.admin.put('/api/v1/shops/main/roles/helper-1/admin')).status, 400, 'not a shop\'s role');
  });

  test('the last admin stays', async () => {
    assert.equal((await who.admin.del('/api/v1/shops/*/roles/owner/admin')).status, 204);
    const last = await who.admin.del('/api/v1/shops/*/roles/admin1/admin');
    assert.deepEqual([last.status, last.body.code], [409, 'last_admin']);
    assert.equal((await who.admin.post('/api/v1/account/delete', { password: PASSWORD })).body.code, 'last_admin');
  });

  test('accounts: found, disabled, enabled, reset', async () => {
    const person = client();
    await person.sign_up('person-1', { email: 'person@example.com' });
    const found = (await who.operator.get('/api/v1/operations/accounts?query=person-1')).body.accounts;
    assert.deepEqual(found.map(({ login, email_masked }) => [login, email_masked]), [['person-1', 'p***@example.com']]);
    const { id } = found[0];
    assert.equal((await who.operator.patch(`/api/v1/operations/accounts/${id}`, { disabled: true })).body.disabled, true);
    assert.equal((await person.get('/api/v1/account')).status, 401);
    assert.equal((await person.sign_in('person-1')).body.code, 'invalid_credentials');
    assert.equal((await who.operator.patch(`/api/v1/operations/accounts/${id}`, { disabled: false })).status, 200);
    const link = await who.operator.post(`/api/v1/operations/accounts/${id}/reset-link`);
    const token = link.body.url.split('#')[1];
    const weak = await client().post('/api/v1/password-resets/confirm', { token, new_password: 'short' });
    assert.equal(weak.body.field, 'new_password');
    assert.equal((await client().post('/api/v1/password-resets/confirm', { token, new_password: 'quite-another-7' })).status, 204);
    assert.equal((await client().post('/api/v1/password-resets/confirm', { token, new_password: 'quite-another-7' })).body.code, 'link_invalid');
    assert.equal((await person.sign_in('person-1', 'quite-another-7')).status, 200);
    const pages = [];
    for (let cursor = ''; cursor !== null;) {
      const { body } = await who.operator.get(`/api/v1/operations/accounts?limit=3&cursor=${cursor}`);
      pages.push(...body.accounts.map(({ login }) => login));
      cursor = body.next_cursor;
    }
    assert.deepEqual(pages, [...new Set(pages)].sort());
    assert.ok(pages.includes('person-1') && pages.includes('admin1'));
  });

  test('an operator does not reach people with a role for the server', async () => {
    const admin = (await who.operator.get('/api/v1/operations/accounts?query=admin1')).body.accounts[0];
    assert.equal((await who.operator.patch(`/api/v1/operations/accounts/${admin.id}`, { disabled: true })).status, 403);
    assert.equal((await who.operator.post(`/api/v1/operations/accounts/${admin.id}/reset-link`)).status, 403);
    assert.equal((await who.admin.patch(`/api/v1/operations/accounts/${admin.id}`, { disabled: true })).body.code, 'own_account');
    assert.equal((await who.admin.patch('/api/v1/operations/accounts/nobody', { disabled: true })).status, 404);
  });

  test('the audit log: who, what, from where', async () => {
    const { entries } = (await who.admin.get('/api/v1/audit?action=channel.&limit=100')).body;
    const actions = entries.map(({ action }) => action);
    for (const action of ['channel.create', 'channel.rename', 'channel.rotate_key', 'channel.delete']) assert.ok(actions.includes(action), action);
    assert.ok(entries.every(({ actor, address }) => actor !== null && address === '127.0.0.1'));
    const first = (await who.admin.get('/api/v1/audit?limit=2')).body;
    const second = (await who.admin.get(`/api/v1/audit?limit=2&cursor=${first.next_cursor}`)).body;
    assert.ok(second.entries[0].seq < first.entries[1].seq);
    const shops = (await who.host.get('/api/v1/audit?limit=100')).body.entries.map(({ shop }) => shop);
    assert.ok(shops.length > 0 && shops.every((shop) => shop === 'main'), 'a host reads of its shop alone');
    assert.deepEqual((await who.admin.get('/api/v1/audit?actor=host1&limit=1')).body.entries.map(({ actor }) => actor.login), ['host1']);
  });

  test('the log\'s newest lines, by level and from where one was', async () => {
    const all = (await who.operator.get('/api/v1/operations/events')).body;
    assert.ok(all.events.some(({ event }) => event === 'server.started'));
    const since = (await who.operator.get(`/api/v1/operations/events?after=${all.last_seq}`)).body;
    assert.ok(since.events.every(({ seq }) => seq > all.last_seq));
    const warnings = (await who.operator.get('/api/v1/operations/events?level=warning')).body.events;
    assert.ok(warnings.every(({ level }) => ['warning', 'error'].includes(level)));
    assert.equal((await who.operator.get('/api/v1/operations/events?level=loud')).status, 400);
  });

  test('who was refused what', async () => {
    assert.equal((await who.anonymous.get('/api/v1/operations/refusals')).status, 401);
    const { addresses, totals } = (await who.operator.get('/api/v1/operations/refusals?order=most')).body;
    assert.equal(addresses[0].address, '127.0.0.1');
    assert.ok(totals.some(({ kind }) => kind === 'not_signed_in'), JSON.stringify(totals));
    assert.equal((await who.operator.get('/api/v1/operations/refusals?order=loudest')).status, 400);
  });

  test('insecure settings', async () => {
    const { findings } = (await who.operator.get('/api/v1/operations/self-check')).body;
    assert.ok(findings.some(({ code }) => code === 'sign_up_no_mail'), JSON.stringify(findings));
    assert.ok(!findings.some(({ code }) => code === 'no_admin'));
  });
});

describe('a shop', () => {
  test('each of its answers is as the document says', async () => {
    await tour(new Shop(who.host), who.viewer);
  });

  test('a second one is made and named, and then a shop has to be named', async () => {
    const key = { 'idempotency-key': 'second-shop' };
    const body = { id: 'second', name: { ko: '둘', en: 'Two' } };
    const made = await who.admin.post('/api/v1/operations/shops', body, key);
    assert.deepEqual([made.status, made.body], [201, body]);
    assert.equal((await who.admin.post('/api/v1/operations/shops', body, key)).headers['idempotency-replayed'], 'true');
    assert.equal((await who.admin.post('/api/v1/operations/shops', body)).body.code, 'id_taken');
    const name = { ko: '두 번째', en: 'Second' };
    assert.deepEqual((await who.admin.patch('/api/v1/operations/shops/second', { name })).body.name, name);
    assert.deepEqual((await who.admin.get('/api/v1/operations/shops')).body.shops.map(({ id }) => id), ['main', 'second']);
    assert.deepEqual((await client().get('/api/v1/shops')).body.shops.map(({ id }) => id), ['main', 'second']);
    assert.deepEqual((await who.viewer.get('/api/v1/carts')).body.carts, []);
    for (const path of ['/api/v1/products', '/api/v1/categories', '/api/v1/cart']) {
      const several = await who.viewer.get(path);
      assert.deepEqual([several.status, several.body.field, several.body.more.shops], [400, 'shop', ['main', 'second']], path);
      assert.equal((await who.viewer.get(`${path}?shop=second`)).status, 200, path);
      assert.equal((await who.viewer.get(`${path}?shop=third`)).status, 404, path);
    }
    assert.equal((await who.viewer.get('/api/v1/session')).body.shop, null);
    assert.deepEqual((await who.host.get('/api/v1/session')).body.shops.map(({ id }) => id), ['main']);
  });
});

describe('the whole of it', () => {
  test('every endpoint of the document was asked, and succeeded', async () => {
    const browser = client();
    await browser.get('/api/v1/channels');
    await browser.get('/api/v1/openapi.json');
    await browser.post('/api/v1/csp-reports', { 'csp-report': {} }, { 'content-type': 'application/csp-report' });
    const not_here = new Set([
      'post /api/v1/email-verifications', 'post /api/v1/email-verifications/confirm', // accounts.test.mjs
      'get /api/v1/orders/{order}/payment', 'post /api/v1/webhooks/stripe', // stripe_shop.test.mjs
    ]);
    const missing = contract.operations().filter((name) => !contract.covered.has(name) && !not_here.has(name));
    assert.deepEqual(missing, [], 'never succeeded');
  });

  test('no secret is in the log', () => {
    for (const secret of [PASSWORD, 'another-horse-8', 'quite-another-7', 'wrong-one-here']) assert.ok(!server.raw_log.includes(secret), secret);
    assert.ok(!/sct_[a-z2-7]{8}/.test(server.raw_log), 'no API token');
    assert.ok(!/live_[a-z2-7]{16}/.test(server.raw_log), 'no stream key');
    assert.ok(!/[#"][a-z2-7]{32}"/.test(server.raw_log), 'no link');
    for (const each of Object.values(who)) {
      for (const value of each.cookies.values()) assert.ok(!server.raw_log.includes(value), 'no cookie');
    }
    assert.deepEqual(server.stray_lines, []);
  });
});
