/** Studio and operations in Chromium: what each role sees, and what it does there. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from '../lib/limited.mjs';
import { Tab, launch_browser } from './lib/browser.mjs';
import { Publisher } from './lib/ffmpeg.mjs';
import { film_file } from './lib/material.mjs';
import { PASSWORD, create_account } from './lib/visitors.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { until } from './lib/wait.mjs';

/** @type {Shopcast} */
let server;
let browser;
const people = {};
const publishers = [];

before(async () => {
  await film_file('gop30', 60);
  [server, browser] = await Promise.all([Shopcast.start('staff_pages'), launch_browser()]);
  for (const [login, roles] of Object.entries({ viewer: [], host: ['host'], operator: ['operator'], auditor: ['auditor'], admin: ['admin'], spare: [], forgetful: [] })) {
    people[login] = await create_account(server, login === 'admin' ? 'chief' : login, roles);
  }
});
after(async () => {
  await Promise.all(publishers.map((publisher) => publisher.vanish()));
  await browser?.close();
  await server?.clear();
});

async function go_live(name) {
  const channel = await server.create_channel(name);
  publishers.push(Publisher.of_file(await film_file('gop30', 60), channel.publish_url, { loop: true }));
  await server.until_state(name, 'live');
}

/** What each may open. Nobody: the sign-in. */
const doors = {
  '/studio': { page: 'studio', open: ['host', 'admin'] },
  '/studio/team': { page: 'team', open: ['host', 'auditor', 'admin'] },
  '/operations': { page: 'operations', open: ['host', 'operator', 'auditor', 'admin'] },
  '/operations/accounts': { page: 'accounts', open: ['operator', 'auditor', 'admin'] },
  '/operations/audit': { page: 'audit', open: ['host', 'auditor', 'admin'] },
};

describe('who may enter', () => {
  test('nobody is sent to the sign-in, and would come back', async () => {
    const tab = await Tab.open(browser, server.url('/'));
    for (const path of Object.keys(doors)) {
      await tab.page.goto(server.url(path));
      await tab.by_id('login-form').waitFor();
      assert.equal(new URL(tab.page.url()).searchParams.get('next'), path);
    }
    await tab.close();
  });

  for (const role of ['viewer', 'host', 'operator', 'auditor', 'admin']) {
    test(`${role}: each page or a reason`, async () => {
      const tab = await Tab.open(browser, server.url('/'), { as: people[role] });
      for (const [path, { page, open }] of Object.entries(doors)) {
        await tab.page.goto(server.url(path));
        await tab.by_id(open.includes(role) ? page : 'gate-forbidden').waitFor();
      }
      assert.deepEqual(await tab.violations(), []);
      await tab.close();
    });
  }
});

describe('the studio', () => {
  test('renames, and takes it back', async () => {
    await server.create_channel('renamed', 'The old title');
    const tab = await Tab.open(browser, server.url('/studio/renamed'), { as: people.host });
    const input = tab.by_id('rename-form').locator('input');
    await input.fill('The new title');
    await tab.by_id('rename-form-submit').click();
    await tab.page.getByRole('heading', { level: 1, name: 'The new title' }).waitFor();
    await tab.by_id('toasts').getByRole('button').click();
    await tab.page.getByRole('heading', { level: 1, name: 'The old title' }).waitFor();
    await tab.close();
  });

  test('makes a new key: the old one is refused', async () => {
    const { publish_url } = await server.create_channel('rotated');
    const tab = await Tab.open(browser, server.url('/studio/rotated'), { as: people.host });
    await tab.by_id('new-key').click();
    await tab.by_id('confirm-action').click();
    await tab.by_id('stream-key').waitFor();
    const old = Publisher.of_file(await film_file('gop30', 60), publish_url);
    assert.notEqual(await old.closed, 0);
    await tab.close();
  });

  test('deletes a channel once its name is typed', async () => {
    await server.create_channel('doomed');
    const tab = await Tab.open(browser, server.url('/studio/doomed'), { as: people.host });
    await tab.by_id('delete-channel').click();
    await tab.by_id('delete-form-submit').click();
    await tab.by_id('form-summary').waitFor();
    await tab.fill({ name: 'doomed' }, tab.by_id('delete-form'));
    await tab.by_id('delete-form-submit').click();
    await tab.by_id('studio').waitFor();
    assert.equal((await fetch(server.url('/api/v1/channels/doomed'))).status, 404);
    await tab.close();
  });

  test('invites a moderator and takes the role away', async () => {
    const tab = await Tab.open(browser, server.url('/studio/team'), { as: people.host });
    const member = tab.page.locator('[data-testid=member][data-login=spare]');
    await tab.fill({ login: 'no-such-person' });
    await tab.by_id('invite-form-submit').click();
    await tab.by_id('invite-form').locator('.field__error').waitFor();
    await tab.fill({ login: 'spare' });
    await tab.page.locator('select[name=role]').selectOption('moderator');
    await tab.by_id('invite-form-submit').click();
    await member.waitFor();
    await member.getByRole('button').click();
    await member.waitFor({ state: 'detached' });
    await tab.by_id('toasts').getByRole('button', { name: 'Undo' }).last().click();
    await member.waitFor();
    await tab.close();
  });
});

describe('operations', () => {
  test('sees a stream, and stops it', async () => {
    await go_live('stopped');
    const tab = await Tab.open(browser, server.url('/operations'), { as: people.operator });
    const row = tab.page.locator('[data-testid=stream][data-channel=stopped]');
    await row.waitFor();
    await until('a stream in the summary', async () => await tab.by_id('streams-live').textContent() === '1');
    await row.getByTestId('stop').click();
    await tab.by_id('confirm-action').click();
    await row.waitFor({ state: 'detached' });
    await tab.close();
  });

  test('an auditor looks and has nothing to press', async () => {
    const tab = await Tab.open(browser, server.url('/operations/accounts'), { as: people.auditor });
    await tab.by_id('account-row').first().waitFor();
    assert.equal(await tab.by_id('toggle').count() + await tab.by_id('reset-link').count(), 0);
    await tab.close();
  });

  test('follows the log, and no secret is in it', async () => {
    const tab = await Tab.open(browser, server.url('/operations/events'), { as: people.operator });
    await tab.by_id('event').first().waitFor();
    const before = await tab.by_id('event').first().textContent();
    await server.create_channel('noted');
    await until('a new line', async () => await tab.by_id('event').first().textContent() !== before);
    await tab.by_id('follow').click();
    assert.ok(!(await tab.page.content()).includes(PASSWORD));
    await tab.close();
  });

  test('disables an account with a way back, and gives a link that sets a password', async () => {
    const tab = await Tab.open(browser, server.url('/operations/accounts'), { as: people.operator });
    const member = tab.page.locator('[data-testid=account-row][data-login=host]');
    await member.waitFor();
    assert.equal(await member.getByTestId('reset-link').count(), 0, 'who sets a password has the roles');
    const row = tab.page.locator('[data-testid=account-row][data-login=forgetful]');
    await tab.by_id('search').fill('forgetful');
    await until('one account', async () => await tab.by_id('account-row').count() === 1);
    await row.getByTestId('toggle').click();
    await tab.page.waitForSelector('[data-login=forgetful][data-disabled=true]');
    await tab.by_id('toasts').getByRole('button').click();
    await tab.page.waitForSelector('[data-login=forgetful][data-disabled=false]');
    await row.getByTestId('reset-link').click();
    await tab.by_id('confirm-action').click();
    const link = new URL(await tab.by_id('reset-url').textContent());
    const other = await Tab.open(browser, server.url(link.pathname + link.hash));
    await other.fill({ new_password: 'a lamp of their own' });
    await other.by_id('reset-form-submit').click();
    await other.by_id('reset-done').waitFor();
    const inside = await Tab.open(browser, server.url('/account'), { as: { login: 'forgetful', password: 'a lamp of their own' } });
    await inside.by_id('account').waitFor();
    await Promise.all([tab, other, inside].map((each) => each.close()));
  });

  test('the audit log says who stopped it', async () => {
    const tab = await Tab.open(browser, server.url('/operations/audit'), { as: people.admin });
    await tab.by_id('filter-action').fill('stream.stop');
    const entry = tab.page.locator('[data-testid=audit-entry][data-action="stream.stop"]').first();
    await entry.waitFor();
    assert.match(await entry.textContent(), /operator/);
    await tab.close();
  });
});
