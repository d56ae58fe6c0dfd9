/** Every page of the real server under axe: both languages, phone and desk, light and dark; and by keyboard alone. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe_findings } from './lib/axe.mjs';
import { DESKTOP, PHONE, Tab, launch_browser } from './lib/browser.mjs';
import { Publisher } from './lib/ffmpeg.mjs';
import { film_file } from './lib/material.mjs';
import { create_account } from './lib/visitors.mjs';
import { Shopcast } from './lib/shopcast.mjs';

/** @type {Shopcast} */
let server;
let browser;
let admin;
let publisher;

before(async () => {
  await film_file('gop30', 60);
  [server, browser] = await Promise.all([Shopcast.start('accessible_pages'), launch_browser()]);
  admin = await create_account(server, 'chief', ['admin', 'host']);
  const channel = await server.create_channel('studio', 'Winter skin care hour');
  await server.create_channel('quiet', 'Nail bar');
  publisher = Publisher.of_file(await film_file('gop30', 60), channel.publish_url, { loop: true });
  await server.until_state('studio', 'live', 30_000);
});
after(async () => {
  await publisher?.vanish();
  await browser?.close();
  await server?.clear();
});

/** Address, who is logged in, and what shows that the page is there. */
const pages = [
  ['/', false, '[data-testid=channel-card]'],
  ['/watch/studio', false, '[data-testid=player][data-state=live]'],
  ['/watch/quiet', false, '[data-testid=player][data-state=offline]'],
  ['/login', false, '[data-testid=login-form]'],
  ['/signup', false, '[data-testid=signup-form]'],
  ['/forgot', false, '[data-testid=forgot-form]'],
  ['/reset#token', false, '[data-testid=reset-form]'],
  ['/verify#token', false, '[data-testid=verify-failed]'],
  ['/setup#token', false, '[data-testid=setup-over]'],
  ['/account', true, '[data-testid=session]'],
  ['/studio', true, '[data-testid=studio-card]'],
  ['/studio/studio', true, '[data-series=viewers] canvas'],
  ['/studio/quiet', true, '[data-testid=obs-steps]'],
  ['/studio/team', true, '[data-testid=member]'],
  ['/operations', true, '[data-testid=stream]'],
  ['/operations/events', true, '[data-testid=event]'],
  ['/operations/accounts', true, '[data-testid=account-row]'],
  ['/operations/audit', true, '[data-testid=audit]'],
  ['/operations/security', true, '[data-testid=security]'],
];

describe('axe finds nothing', () => {
  for (const [path, signed_in, sign] of pages) {
    test(path, async () => {
      for (const locale of ['ko-KR', 'en-US']) {
        const tab = await Tab.open(browser, server.url(path), { locale, as: signed_in ? admin : null });
        await tab.page.waitForSelector(sign, { timeout: 30_000 });
        for (const viewport of [PHONE, DESKTOP]) {
          await tab.page.setViewportSize(viewport);
          for (const colorScheme of ['light', 'dark']) {
            await tab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
            assert.deepEqual(await axe_findings(tab.page), [], `${path} ${locale} ${viewport.width} ${colorScheme}`);
          }
          const width = await tab.page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(width <= viewport.width, `${path} ${locale}: ${width} px wide on ${viewport.width}`);
        }
        assert.deepEqual(await tab.violations(), []);
        await tab.close();
      }
    });
  }
});

describe('by keyboard alone', () => {
  test('logs in, opens the menu, and leaves', async () => {
    const tab = await Tab.open(browser, server.url('/login'));
    await tab.by_id('login-form').waitFor();
    const { keyboard } = tab.page;
    await keyboard.type('chief');
    await keyboard.press('Tab');
    await keyboard.type(admin.password);
    await keyboard.press('Enter');
    await tab.by_id('home').waitFor();
    await tab.by_id('menu').focus();
    await keyboard.press('Enter');
    await keyboard.press('Tab');
    assert.equal(await tab.page.evaluate(() => document.activeElement?.getAttribute('href')), '/account');
    await keyboard.press('Escape');
    assert.equal(await tab.page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'menu');
    assert.equal(await tab.by_id('menu').getAttribute('aria-expanded'), 'false');
    await tab.close();
  });

  test('a dialog keeps the focus and gives it back', async () => {
    const tab = await Tab.open(browser, server.url('/studio'), { as: admin });
    await tab.by_id('create-channel').focus();
    await tab.page.keyboard.press('Enter');
    await tab.by_id('create-form').waitFor();
    for (let i = 0; i < 12; i++) {
      await tab.page.keyboard.press('Tab');
      const inside = await tab.page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null);
      assert.ok(inside, 'the focus left the dialog');
    }
    await tab.page.keyboard.press('Escape');
    await tab.by_id('create-form').waitFor({ state: 'detached' });
    assert.equal(await tab.page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'create-channel');
    await tab.close();
  });

  test('the skip link comes first and leads to the content', async () => {
    const tab = await Tab.open(browser, server.url('/'));
    await tab.by_id('home').waitFor();
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.press('Enter');
    assert.equal(await tab.page.evaluate(() => document.activeElement?.id), 'main');
    await tab.close();
  });
});
