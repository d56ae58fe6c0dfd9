/** Buying and selling as people do it: beside a real show, in the shop's pages and in the studio. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, describe, test } from '../lib/limited.mjs';
import { DESKTOP, PHONE, Tab, launch_browser } from './lib/browser.mjs';
import { Client } from './lib/client.mjs';
import { Publisher } from './lib/ffmpeg.mjs';
import { film_file } from './lib/material.mjs';
import { out_folder } from './lib/paths.mjs';
import { ADDRESS, Shop, buyer, keyed, png, until_order } from './lib/shop.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { PASSWORD, create_account } from './lib/visitors.mjs';
import { until } from './lib/wait.mjs';

/** @type {Shopcast} */
let server;
/** @type {Shop} */
let shop;
let browser;
let publisher;
let host;

before(async () => {
  await film_file('gop30', 60);
  [server, browser] = await Promise.all([Shopcast.start('shop_pages', { settings: '[shop]\nfake_payment_ms = 300\n' }), launch_browser()]);
  host = await create_account(server, 'host1', ['host']);
  const client = new Client(server.origin);
  await client.sign_in('host1');
  shop = new Shop(client);
  const channel = await server.create_channel('studio', 'Winter skin care hour');
  publisher = Publisher.of_file(await film_file('gop30', 60), channel.publish_url, { loop: true });
  await server.until_state('studio', 'live');
});
after(async () => {
  await publisher?.vanish();
  await browser?.close();
  await server?.clear();
});

/** A client of the API and the login of its account. */
async function new_buyer(login) {
  return { client: await buyer(new Client(server.origin), login), as: { login, password: PASSWORD } };
}

async function done(tab) {
  assert.deepEqual(await tab.violations(), []);
  assert.deepEqual(tab.complaints, []);
  await tab.close();
}

describe('beside a live show', () => {
  test('a viewer with a phone buys a deal in two taps, and the show goes on', async () => {
    const { client, as } = await new_buyer('viewer1');
    const sku = await shop.sku({ stock: 10, price: 20_000 });
    const deal = await shop.deal(sku, { price: 12_000, quantity: 4, per_account_max: 2 });
    await shop.until_shown(sku, { deal: deal.id });
    const tab = await Tab.open(browser, server.url('/watch/studio'), { viewport: PHONE, phone: true, as });
    await tab.until_state('live');
    await tab.by_id('beside-bar').locator('[data-testid=buy]').tap();
    await tab.by_id('pay').waitFor();
    assert.match(await tab.by_id('total').textContent(), /15,000/, 'with what sending costs');
    await tab.screenshot('shop-phone-second-tap');
    await tab.by_id('pay').tap();
    await tab.page.locator('[data-testid=payment][data-phase=paid]').waitFor();
    await tab.screenshot('shop-phone-paid');
    const at = await tab.page.evaluate(() => document.querySelector('video').currentTime);
    await until('the picture goes on', () => tab.page.evaluate((then) => document.querySelector('video').currentTime > then + 0.5, at));
    const { body: { orders: [order] } } = await client.get('/api/v1/orders');
    assert.deepEqual([order.state, order.total], ['PAID', 15_000]);
    const { body: { deals } } = await shop.host.get(`${shop.base}/deals`);
    assert.equal(deals.find(({ id }) => id === deal.id).sold, 1);
    await done(tab);
  });

  test('a page that is loaded anew goes on with its hold; loaded anew while it orders, there is one order', async () => {
    const { client, as } = await new_buyer('reloader');
    const product = await shop.product({ stock: 5, price: 50_000, ko: '다시 크림', en: 'Again cream' });
    const [{ sku }] = product.skus;
    await shop.until_shown(sku, { state: 'low' });
    const tab = await Tab.open(browser, server.url('/watch/studio'), { as });
    await tab.page.locator(`[data-testid=buy][data-sku="${sku}"]:visible`).click();
    await tab.by_id('pay').waitFor();
    await tab.page.reload();
    await tab.by_id('resume-hold').click();
    await tab.by_id('pay').waitFor();
    assert.equal((await client.get('/api/v1/holds')).body.holds.length, 1);
    // The server orders, and the page is gone before it hears of that.
    let is_ordered = false;
    void tab.page.route('**/api/v1/orders?**', async (route) => { await route.fetch(); is_ordered = true; });
    await tab.by_id('pay').click();
    await until('the server has ordered', () => is_ordered);
    await tab.page.unrouteAll({ behavior: 'ignoreErrors' });
    await tab.page.goto(server.url('/orders'));
    await tab.page.locator('[data-testid=order-row]', { hasText: '50,000' }).waitFor();
    const { body: { orders } } = await client.get('/api/v1/orders');
    assert.equal(orders.length, 1);
    await until_order(client, orders[0].id, 'PAID');
    assert.deepEqual(await shop.stock_of(sku), { on_hand: 5, available: 4, held: 0, sold: 1 });
    await tab.close();
  });

  test('what others hold may return, what is gone says so, and a phone sees it without a reload', async () => {
    const [{ as }, other] = [await new_buyer('viewer2'), await new_buyer('viewer3')];
    const product = await shop.product({ stock: 1, ko: '마지막 하나', en: 'The last one' });
    const [{ sku }] = product.skus;
    await shop.until_shown(sku, { state: 'low' });
    const tab = await Tab.open(browser, server.url(`/products/${product.id}`), { as });
    await tab.by_id('buy-now').waitFor();
    const { body: hold } = await other.client.post('/api/v1/holds', { sku }, keyed());
    await tab.page.locator('.stock[data-state=held]').waitFor();
    await tab.by_id('buy-now').waitFor();
    await other.client.post('/api/v1/orders', { lines: [{ sku, quantity: 1 }] }, keyed());
    await tab.page.locator('.stock[data-state=sold_out]').waitFor();
    await tab.by_id('buy-now').waitFor({ state: 'detached' });
    assert.ok(hold.id);
    await done(tab);
  });
});

describe('in the shop', () => {
  test('found in Korean, put into the cart, ordered with a coupon, and seen among the orders', async () => {
    const { client, as } = await new_buyer('reader1');
    await shop.product({ stock: 9, price: 40_000, ko: '수분 크림', en: 'Water cream' });
    await shop.coupon('PAGES10', { percent_off: 10 });
    const tab = await Tab.open(browser, server.url('/products'), { as, locale: 'ko-KR' });
    await tab.page.locator('input[type=search]').first().fill('수부');
    await tab.page.keyboard.press('Enter');
    const card = tab.page.locator('[data-testid=product-card]', { hasText: '수분 크림' });
    await card.first().click();
    await tab.by_id('add-to-cart').click();
    await tab.page.goto(server.url('/cart'));
    await tab.by_id('cart-line').waitFor();
    await tab.page.locator('input[name=code]').fill('PAGES10');
    await tab.page.keyboard.press('Enter');
    await tab.page.locator('[data-testid=remove-coupon]').waitFor();
    await tab.screenshot('shop-cart');
    await tab.page.goto(server.url('/checkout'));
    await tab.by_id('place-order').click();
    await tab.page.locator('[data-testid=payment][data-phase=paid]').waitFor();
    await tab.screenshot('shop-order');
    await tab.page.goto(server.url('/orders'));
    await tab.by_id('order-row').waitFor();
    const { body: { orders: [order] } } = await client.get('/api/v1/orders');
    assert.deepEqual([order.state, order.total], ['PAID', 36_000]);
    await done(tab);
  });

  test('who has no address gives one before the second tap', async () => {
    const client = new Client(server.origin);
    await client.sign_up('mover1');
    const product = await shop.product({ stock: 2, price: 30_000 });
    const tab = await Tab.open(browser, server.url(`/products/${product.id}`), { as: { login: 'mover1', password: PASSWORD } });
    await tab.by_id('buy-now').click();
    const { note: _, ...fields } = ADDRESS;
    await tab.fill(fields, tab.by_id('address-form'));
    await tab.by_id('address-form-submit').click();
    await tab.by_id('pay').click();
    await tab.page.locator('[data-testid=payment][data-phase=paid]').waitFor();
    await done(tab);
  });
});

describe('in the studio', () => {
  test('a product with its picture, a deal that starts by hand, an order refunded in part', async () => {
    await shop.product(); // so that there is a category
    const tab = await Tab.open(browser, server.url('/studio/shop/products'), { as: host, viewport: DESKTOP });
    await tab.by_id('create-product').click();
    const form = tab.by_id('product-form');
    await tab.fill({ ko: '새 향수', en: 'New perfume', price: '50000', stock: '5' }, form);
    await form.locator('[name=description_ko]').fill('향기로워요');
    await form.locator('[name=description_en]').fill('It smells good');
    await form.locator('[name=category]').selectOption('lips');
    await tab.by_id('product-form-submit').click();
    await tab.by_id('studio-product').waitFor();
    const file = `${out_folder('pictures')}perfume.png`;
    writeFileSync(file, png(600, 400, [90, 60, 140, 255]));
    await tab.by_id('picture-input').setInputFiles(file);
    await tab.by_id('picture').waitFor();
    await tab.screenshot('studio-product');
    const sku = Number(await tab.by_id('sku').getAttribute('data-sku'));

    await tab.page.goto(server.url('/studio/shop/deals'));
    const deal = tab.by_id('deal-form');
    await deal.locator('[name=sku]').selectOption(String(sku));
    await tab.fill({ price: '35000', quantity: '3' }, deal);
    await tab.by_id('deal-form-submit').click();
    const row = tab.page.locator('[data-testid=deal-row]', { hasText: 'New perfume' });
    await row.waitFor();
    await tab.screenshot('studio-deals');
    await shop.until_shown(sku, { state: 'low', left: 2 });

    const { client } = await new_buyer('perfumer');
    const { body: order } = await client.post('/api/v1/orders', { lines: [{ sku, quantity: 2 }] }, keyed());
    await until_order(client, order.id, 'PAID');
    await tab.page.goto(server.url(`/studio/shop/orders/${order.id}`));
    await tab.by_id('refund').click();
    await tab.by_id('refund-form').locator('[name=what]').selectOption('some');
    await tab.by_id('refund-form').locator('[name="line-0"]').fill('1');
    await tab.by_id('refund-form-submit').click();
    await until_order(client, order.id, 'PART_REFUNDED');
    await tab.by_id('refunds').waitFor();
    await tab.screenshot('studio-order');
    await tab.page.goto(server.url('/studio/shop/sales'));
    await tab.by_id('sales-gross').waitFor();
    await tab.page.locator('[data-testid=sales-chart] canvas').waitFor();
    await tab.screenshot('studio-sales');
    await done(tab);
  });
});
