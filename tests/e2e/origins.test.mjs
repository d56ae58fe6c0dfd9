/** The pages as a phone in the shop's own network has them (plain HTTP, no loopback), and over HTTPS. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from '../lib/limited.mjs';
import { PHONE, Tab, launch_browser } from './lib/browser.mjs';
import { make_certificate, write_tls_config } from './lib/certificate.mjs';
import { PASSWORD, create_account } from './lib/visitors.mjs';
import { Shopcast } from './lib/shopcast.mjs';

let browser;
before(async () => {
  browser = await launch_browser();
});
after(() => browser?.close());

/** Signs up, leaves, comes back, creates a channel: every kind of request that changes something. */
async function walk_in(origin, server) {
  const boss = await create_account(server, 'boss', ['admin']);
  const tab = await Tab.open(browser, `${origin}/signup`, { viewport: PHONE, phone: true, locale: 'ko-KR', untrusted: true });
  await tab.fill({ login: 'yuna', password: PASSWORD });
  await tab.by_id('signup-form-submit').tap();
  await tab.by_id('home').waitFor();
  const cookies = (await tab.page.context().cookies()).sort((a, b) => a.name.localeCompare(b.name));
  await tab.by_id('menu').tap();
  await tab.by_id('log-out').tap();
  await tab.by_id('log-in').tap();
  await tab.fill({ login: boss.login, password: boss.password });
  await tab.by_id('login-form-submit').tap();
  await tab.by_id('menu').locator('.avatar').waitFor();
  await tab.page.goto(`${origin}/studio`);
  await tab.by_id('create-channel').tap();
  await tab.fill({ title: 'Skin care' });
  await tab.by_id('create-form-submit').tap();
  await tab.by_id('stream-key').waitFor();
  assert.deepEqual(await tab.violations(), []);
  return { tab, cookies };
}

const lan = Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe('plain HTTP on an address of the network', { skip: lan ? false : 'this machine has only its loopback' }, () => {
  /** @type {Shopcast} */
  let server;
  before(async () => {
    server = await Shopcast.start('plain_http', { args: ['--http', '0.0.0.0:0', '--rtmp', '0.0.0.0:0'] });
  });
  after(() => server?.clear());

  test('everything works without what browsers keep for secure pages, and the page says what that means', async () => {
    const origin = `http://${lan}:${server.http.split(':').at(-1)}`;
    const { tab, cookies } = await walk_in(origin, server);
    const secure = await tab.page.evaluate(() => [isSecureContext, typeof crypto.subtle, typeof crypto.randomUUID]);
    assert.deepEqual(secure, [false, 'undefined', 'undefined'], 'this test must run where those are missing');
    assert.deepEqual(cookies.map(({ name, secure: only_tls, httpOnly }) => [name, only_tls, httpOnly]), [['browser_plain', false, true], ['sid_plain', false, true]]);
    assert.match(await tab.by_id('server-address').textContent(), new RegExp(`^rtmp://${lan}:`), 'an address that the encoder reaches');
    await tab.page.goto(`${origin}/account`);
    await tab.by_id('insecure').waitFor();
    await tab.close();
  });
});

describe('HTTPS', () => {
  /** @type {Shopcast} */
  let server;
  let folder;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'shopcast-origins-'));
    await make_certificate(folder, 'shop.example');
    server = await Shopcast.start('https_pages', { args: ['--config', write_tls_config(folder)] });
  });
  after(async () => {
    await server?.clear();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the session is one that only encrypted pages have', async () => {
    const { tab, cookies } = await walk_in(`https://${server.https}`, server);
    assert.deepEqual(cookies.map(({ name, secure, httpOnly, path }) => [name, secure, httpOnly, path]), [['__Host-browser', true, true, '/'], ['__Host-sid', true, true, '/']]);
    await tab.page.goto(`https://${server.https}/account`);
    await tab.by_id('account').waitFor();
    assert.equal(await tab.by_id('insecure').count(), 0);
    await tab.page.goto(`http://${server.http}/account`);
    await tab.by_id('login-form').waitFor();
    await tab.close();
  });
});
