/** The pages of an account, in Chromium. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from '../lib/limited.mjs';
import { Tab, launch_browser } from './lib/browser.mjs';
import { PASSWORD, create_account, totp } from './lib/visitors.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { until } from './lib/wait.mjs';

/** @type {Shopcast} */
let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([Shopcast.start('account_pages'), launch_browser()]);
  await create_account(server, 'root', ['admin']);
});
after(async () => {
  await browser?.close();
  await server?.clear();
});

const path_of = (tab) => new URL(tab.page.url()).pathname;
const until_path = (tab, path) => until(`the page is ${path}`, () => path_of(tab) === path);

async function log_in(tab, login, password) {
  await tab.by_id('login-form').waitFor();
  await tab.fill({ login, password });
  await tab.by_id('login-form-submit').click();
}

describe('logging in', () => {
  test('leads back to the page that was asked for', async () => {
    await create_account(server, 'hana', ['host']);
    const tab = await Tab.open(browser, server.url('/studio/team'));
    await until_path(tab, '/login');
    await log_in(tab, ' HANA', PASSWORD);
    await tab.by_id('team').waitFor();
    await tab.page.goBack();
    assert.notEqual(path_of(tab), '/login', 'the sign-in is not in the way back');
    await tab.close();
  });

  test('never leads to another site', async () => {
    await create_account(server, 'lena');
    const elsewhere = ['//evil.example/x', '/\\evil.example', 'https://evil.example/', '/\t/evil.example', 'javascript:alert(1)'];
    for (const next of elsewhere) {
      const tab = await Tab.open(browser, server.url(`/login?next=${encodeURIComponent(next)}`), { as: { login: 'lena', password: PASSWORD } });
      await tab.by_id('home').waitFor();
      assert.equal(tab.page.url(), server.url('/'));
      await tab.close();
    }
  });

  test('says the same for an unknown login and a wrong password', async () => {
    const tab = await Tab.open(browser, server.url('/login'));
    const said = [];
    for (const [login, password] of [['hana', 'not this one'], ['nobody-at-all', PASSWORD]]) {
      await tab.page.reload();
      await log_in(tab, login, password);
      said.push(await tab.by_id('form-summary').textContent());
    }
    assert.equal(said[0], said[1]);
    await tab.close();
  });

  test('signs out everywhere the page is open', async () => {
    const tab = await Tab.open(browser, server.url('/account'), { as: { login: 'hana', password: PASSWORD } });
    await tab.by_id('account').waitFor();
    await tab.by_id('menu').click();
    await tab.by_id('log-out').click();
    await tab.by_id('log-in').waitFor();
    assert.equal(path_of(tab), '/');
    await tab.page.goto(server.url('/account'));
    await until_path(tab, '/login');
    await tab.close();
  });
});

describe('the account', () => {
  test('shows where one is logged in, and ends it', async () => {
    const as = await create_account(server, 'two-devices');
    const [here, there] = await Promise.all(['a', 'b'].map(() => Tab.open(browser, server.url('/account'), { as })));
    await here.page.reload();
    await until('two devices', async () => await here.by_id('session').count() === 2);
    assert.match(await here.page.locator('[data-testid=session][data-current=true]').textContent(), /Chrome on Linux.*This device/);
    await here.by_id('end-others').click();
    await here.by_id('confirm-action').click();
    await until('one device', async () => await here.by_id('session').count() === 1);
    await there.page.reload();
    await until_path(there, '/login');
    await Promise.all([here.close(), there.close()]);
  });

  test('changes the password', async () => {
    const as = await create_account(server, 'changer');
    const tab = await Tab.open(browser, server.url('/account'), { as });
    const form = tab.by_id('password-form');
    await form.waitFor();
    await tab.fill({ current_password: 'wrong', new_password: 'another calm lamp' }, form);
    await tab.by_id('password-form-submit').click();
    await form.locator('.field__error').waitFor();
    await tab.fill({ current_password: PASSWORD, new_password: 'another calm lamp' }, form);
    await tab.by_id('password-form-submit').click();
    await tab.by_id('toasts').getByText('Your password is changed').waitFor();
    await tab.page.reload();
    await tab.by_id('account').waitFor();
    const again = await Tab.open(browser, server.url('/account'), { as: { login: 'changer', password: 'another calm lamp' } });
    await again.by_id('account').waitFor();
    await Promise.all([tab.close(), again.close()]);
  });

  test('asks for a code of the app once that is turned on', async () => {
    const as = await create_account(server, 'careful');
    const tab = await Tab.open(browser, server.url('/account'), { as });
    await tab.by_id('two-step-open').click();
    await tab.by_id('two-step-start').locator('input[name=password]').fill(PASSWORD);
    await tab.by_id('two-step-start-submit').click();
    await tab.page.waitForSelector('[data-testid=qr][data-drawn=true]');
    const secret = await tab.by_id('totp-secret').textContent();
    await tab.by_id('two-step-confirm').locator('input[name=code]').fill(totp(secret));
    await tab.by_id('two-step-confirm-submit').click();
    const shown = tab.by_id('recovery-codes').locator('li');
    await shown.nth(9).waitFor();
    const codes = await shown.allTextContents();
    assert.equal(codes.length, 10);
    await tab.screenshot('account-recovery-codes');
    await tab.by_id('codes-done').click();
    await tab.by_id('menu').click();
    await tab.by_id('log-out').click();
    await tab.by_id('log-in').click();
    await log_in(tab, 'careful', PASSWORD);
    await tab.page.locator('input[name=code]:focus').waitFor();
    await tab.fill({ code: codes[0] });
    await tab.by_id('login-form-submit').click();
    await tab.by_id('menu').locator('.avatar').waitFor();
    await tab.close();
  });

  test('gives out a token once', async () => {
    const as = await create_account(server, 'maker', ['host']);
    const tab = await Tab.open(browser, server.url('/account'), { as });
    await tab.by_id('token-open').click();
    await tab.by_id('token-form').locator('input[name=name]').fill('a robot');
    await tab.by_id('token-form').locator('input[name=password]').fill(PASSWORD);
    await tab.by_id('token-form-submit').click();
    const token = await tab.by_id('new-token').textContent();
    assert.match(token, /^sct_[a-z0-9]+$/i);
    const asked = await fetch(server.url('/api/v1/studio/channels'), { headers: { Authorization: `Bearer ${token}` } });
    assert.equal(asked.status, 200);
    await tab.page.reload();
    await tab.by_id('token').waitFor();
    assert.ok(!(await tab.page.content()).includes(token));
    await tab.close();
  });

  test('is deleted by typing its login', async () => {
    const as = await create_account(server, 'leaver');
    const tab = await Tab.open(browser, server.url('/account'), { as });
    await tab.by_id('delete-account').click();
    const form = tab.by_id('delete-form');
    await tab.fill({ login: 'somebody', password: PASSWORD }, form);
    await tab.by_id('delete-form-submit').click();
    await form.locator('.field__error').waitFor();
    await tab.fill({ login: 'leaver' }, form);
    await tab.by_id('delete-form-submit').click();
    await tab.by_id('log-in').waitFor();
    await tab.page.goto(server.url('/login'));
    await log_in(tab, 'leaver', PASSWORD);
    await tab.by_id('form-summary').waitFor();
    await tab.close();
  });
});
