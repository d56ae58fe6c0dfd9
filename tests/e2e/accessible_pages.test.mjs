/** Every page of the real server under axe: both languages, phone and desk, light and dark; and by keyboard alone. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from '../lib/limited.mjs';
import { axe_findings } from './lib/axe.mjs';
import { Client } from './lib/client.mjs';
import { DESKTOP, PHONE, Tab, launch_browser } from './lib/browser.mjs';
import { Publisher } from './lib/ffmpeg.mjs';
import { film_file } from './lib/material.mjs';
import { ADDRESS, Shop, keyed, until_order } from './lib/shop.mjs';
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
  await fill_shop();
  await new Client(server.origin).sign_in('chief', 'a wrong password');
  publisher = Publisher.of_file(await film_file('gop30', 60), channel.publish_url, { loop: true });
  await server.until_state('studio', 'live');
});
after(async () => {
  await publisher?.vanish();
  await browser?.close();
  await server?.clear();
});

/** Something of everything that its pages show: the first product has number 1, the first order is `order`. */
let order;
async function fill_shop() {
  const client = new Client(server.origin);
  await client.sign_in('chief');
  const shop = new Shop(client);
  const { skus: [{ sku }] } = await shop.product({
    option_name: { ko: '색상', en: 'Shade' }, skus: [{ option: { ko: '로즈', en: 'Rose' }, price: 20_000, stock: 20 }, { option: { ko: '체리', en: 'Cherry' }, price: 21_000, stock: 0 }],
  });
  await shop.deal(sku, { price: 12_000, quantity: 5 });
  await shop.coupon('TEN', { percent_off: 10 });
  await shop.ok(client.put('/api/v1/account/address', ADDRESS));
  ({ id: order } = await shop.ok(client.post('/api/v1/orders', { lines: [{ sku, quantity: 1 }] }, keyed())));
  await until_order(client, order, 'PAID');
  await shop.ok(client.post('/api/v1/cart/lines', { sku, quantity: 2 }));
}

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
  ['/products', false, '[data-testid=product-card]'],
  ['/products/1', true, '[data-testid=buy-now]'],
  ['/cart', true, '[data-testid=cart-line]'],
  ['/checkout', true, '[data-testid=place-order]'],
  ['/orders', true, '[data-testid=order-row]'],
  ['/orders/:order', true, '[data-testid=payment]'],
  ['/studio/shop/products', true, '[data-testid=catalogue-row]'],
  ['/studio/shop/products/1', true, '[data-testid=sku]'],
  ['/studio/shop/deals', true, '[data-testid=deal-row]'],
  ['/studio/shop/coupons', true, '[data-testid=coupon-row]'],
  ['/studio/shop/orders', true, '[data-testid=shop-order-row]'],
  ['/studio/shop/orders/:order', true, '[data-testid=buyer]'],
  ['/studio/shop/sales', true, '[data-testid=sales-chart] canvas'],
  ['/studio', true, '[data-testid=studio-card]'],
  ['/studio/studio', true, '[data-series=viewers] canvas'],
  ['/studio/quiet', true, '[data-testid=obs-steps]'],
  ['/studio/team', true, '[data-testid=member]'],
  ['/operations', true, '[data-testid=stream]'],
  ['/operations/events', true, '[data-testid=event]'],
  ['/operations/accounts', true, '[data-testid=account-row]'],
  ['/operations/refusals', true, '[data-testid=refused]'],
  ['/operations/shops', true, '[data-testid=shop-row]'],
  ['/operations/audit', true, '[data-testid=audit]'],
  ['/operations/security', true, '[data-testid=security]'],
];

describe('axe finds nothing', () => {
  for (const [pattern, signed_in, sign] of pages) {
    test(pattern, async () => {
      const path = pattern.replace(':order', order);
      for (const locale of ['ko-KR', 'en-US']) {
        const tab = await Tab.open(browser, server.url(path), { locale, as: signed_in ? admin : null });
        await tab.page.waitForSelector(sign);
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
    await tab.page.locator('.menu__item:focus').waitFor();
    await keyboard.press('Escape');
    await tab.page.locator('[data-testid=menu]:focus').waitFor();
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
    await tab.page.locator('[data-testid=create-channel]:focus').waitFor();
    await tab.close();
  });

  test('the skip link comes first and leads to the content', async () => {
    const tab = await Tab.open(browser, server.url('/'));
    await tab.by_id('home').waitFor();
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.press('Enter');
    await tab.page.locator('#main:focus').waitFor();
    await tab.close();
  });
});
