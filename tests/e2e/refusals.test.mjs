/** Who tries what he may not is seen by an operator, and no number of tries hides anything from him. */
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from '../lib/limited.mjs';
import { DESKTOP, PHONE, Tab, launch_browser } from './lib/browser.mjs';
import { Client } from './lib/client.mjs';
import { RtmpClient } from './lib/rtmp_client.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { connect } from './lib/stranger.mjs';
import { create_account } from './lib/visitors.mjs';
import { until } from './lib/wait.mjs';

/** @type {Shopcast} */
let server;
let browser;
let operator;
let desk;
before(async () => {
  // Few descriptors, so that the server has an error to tell of.
  [server, browser] = await Promise.all([Shopcast.start('refusals', { prefix: ['prlimit', '--nofile=128:128'] }), launch_browser()]);
  operator = await create_account(server, 'operator', ['operator']);
  await create_account(server, 'victim');
  desk = new Client(server.origin);
  await desk.sign_in('operator');
});
after(async () => {
  await browser?.close();
  await server?.clear();
});

const agents = new Map();
/** The status of a request from one of this machine's addresses. */
function ask_from(address, method, path, body) {
  if (!agents.has(address)) agents.set(address, new http.Agent({ keepAlive: true, maxSockets: 1 }));
  const { hostname, port, origin } = new URL(server.origin);
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = { origin, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((done, failed) => {
    const request = http.request({ hostname, port, method, path, headers, agent: agents.get(address), localAddress: address }, (answer) => {
      answer.resume();
      answer.on('end', () => done(answer.statusCode));
    });
    request.on('error', failed);
    request.end(text);
  });
}
const hang_up = () => {
  for (const agent of agents.values()) agent.destroy();
  agents.clear();
};

const refusals = async (query = '') => (await desk.get(`/api/v1/operations/refusals?limit=100${query}`)).body;
const row_of = (all, address) => all.addresses.find((each) => each.address === address);
const kinds_of = (row) => Object.fromEntries(row.kinds.map(({ kind, count }) => [kind, count]));

test('wrong passwords: from where and whose, in API, metrics, log and page, and never what was typed', async () => {
  const from = '127.0.0.77';
  const typed = 'typed-by-mistake-9';
  assert.equal(await ask_from(from, 'POST', '/api/v1/session', { login: typed, password: 'x' }), 401);
  assert.equal(row_of(await refusals(), from).account, null, 'there is no such account');
  for (let i = 0; i < 4; i += 1) assert.equal(await ask_from(from, 'POST', '/api/v1/session', { login: 'victim', password: typed }), 401);
  assert.equal(await ask_from(from, 'GET', '/api/v1/operations/summary'), 401);
  hang_up();

  const row = row_of(await refusals(), from);
  assert.deepEqual(kinds_of(row), { wrong_password: 5, not_signed_in: 1 });
  assert.deepEqual([row.count, row.account.login], [6, 'victim']);
  assert.ok(Date.parse(row.first_at) <= Date.parse(row.last_at));
  assert.equal(await server.metric('shopcast_refusals_total', 'kind="wrong_password"'), 5);

  const lines = server.events.filter((event) => event.event === 'visitor.refused' && event.address === from);
  assert.deepEqual(lines.map(({ kind, level, count }) => [kind, level, count]), [['wrong_password', 'warning', 1], ['not_signed_in', 'info', 1]]);
  assert.ok(!server.raw_log.includes(typed) && !JSON.stringify(await refusals()).includes(typed), 'people type passwords as logins');

  const tab = await Tab.open(browser, server.url('/operations/refusals'), { as: operator });
  const shown = tab.page.locator(`[data-testid=refused][data-address="${from}"]`);
  await shown.waitFor();
  assert.match(await shown.textContent(), /account victim.*Wrong password · 5.*Not logged in · 1/);
  for (const [name, viewport] of Object.entries({ desk: DESKTOP, phone: PHONE })) {
    await tab.page.setViewportSize(viewport);
    await tab.screenshot(`refusals_${name}`);
  }
  assert.deepEqual(tab.complaints, []);
  await tab.close();
});

test('who signs in, too, is in the log, by what was shown', () => {
  const begun = server.event('session.begun', { address: '127.0.0.1' });
  assert.equal(begun.proved_by, 'password');
  assert.match(begun.account, /^[a-z0-9]+$/);
});

test('what is no HTTP, an encoder with a wrong key, and what is no RTMP', async () => {
  const from = '127.0.0.78';
  const noise = await connect(server.http, from);
  noise.write('nonsense\r\n\r\n');
  const rtmp_noise = await RtmpClient.connect(server.rtmp);
  await rtmp_noise.open();
  rtmp_noise.socket.write(Buffer.alloc(5000, 0xff));
  await rtmp_noise.until_closed();
  const encoder = await RtmpClient.connect(server.rtmp);
  await encoder.open();
  assert.equal((await encoder.publish(`live_${'b'.repeat(32)}`)).code, 'NetStream.Publish.Denied');
  encoder.close();
  const all = await until('all of it is seen', async () => {
    const known = await refusals();
    return row_of(known, from)?.count === 1 && row_of(known, '127.0.0.1')?.count === 2 ? known : null;
  });
  assert.deepEqual(kinds_of(row_of(all, from)), { malformed_http: 1 });
  assert.deepEqual(kinds_of(row_of(all, '127.0.0.1')), { malformed_rtmp: 1, wrong_stream_key: 1 });
  noise.destroy();
  assert.ok(!server.event('rtmp.closed'), 'a line for each stranger would be a flood');
});

test('10,000 refusals from 100 addresses are a few lines, and take no error\'s place', async () => {
  const held = [];
  for (let i = 0; i < 150; i += 1) held.push(await connect(server.http, '127.0.0.1'));
  await until('an error', () => server.event('listener.out_of_descriptors'));
  for (const socket of held) socket.destroy();
  await until('it serves again', async () => (await fetch(server.url('/healthz'), { signal: AbortSignal.timeout(2000) })).status === 200);
  const lines = () => server.events.filter(({ event }) => event === 'visitor.refused' || event === 'refusals.summed_up').length;
  const [before_lines, began_ms] = [lines(), Date.now()];

  const flood = async (address) => {
    for (let i = 0; i < 100; i += 1) assert.equal(await ask_from(address, 'GET', '/api/v1/account'), 401);
    agents.get(address).destroy();
  };
  const addresses = Array.from({ length: 100 }, (_, n) => `127.1.0.${n + 1}`);
  for (let i = 0; i < addresses.length; i += 20) await Promise.all(addresses.slice(i, i + 20).map(flood));
  hang_up();

  const minutes = Math.ceil((Date.now() - began_ms) / 60_000) + 1;
  assert.ok(lines() - before_lines <= minutes * 31, `${lines() - before_lines} lines in ${minutes} minutes`);
  const { totals, addresses_known } = await refusals();
  assert.ok(kinds_of({ kinds: totals }).not_signed_in > 10_000);
  assert.ok(addresses_known > 100);
  assert.equal((await refusals('&order=most')).addresses[0].count, 100);
  const { events } = (await desk.get('/api/v1/operations/events?level=error')).body;
  assert.ok(events.some(({ event }) => event === 'listener.out_of_descriptors'), JSON.stringify(events));
});
