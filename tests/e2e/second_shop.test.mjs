/** A second shop from its making to its first order, in the pages; and that the first shop's staff see nothing of it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from '../lib/limited.mjs';
import { axe_findings } from './lib/axe.mjs';
import { DESKTOP, PHONE, Tab, launch_browser } from './lib/browser.mjs';
import { Client } from './lib/client.mjs';
import { Shop, buyer, keyed, until_order } from './lib/shop.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { PASSWORD, create_account } from './lib/visitors.mjs';

/** @type {Shopcast} */
let server;
let browser;
const people = {};
/** What the second shop has. @type {{sku?: number, product?: number, deal?: number, order?: number, channel?: string}} */
const second = { channel: 'atelier-live' };

before(async () => {
  [server, browser] = await Promise.all([Shopcast.start('second_shop', { settings: '[shop]\nfake_payment_ms = 0\n' }), launch_browser()]);
  people.admin = await create_account(server, 'chief', ['admin', 'host']);
  people.first = await create_account(server, 'host1', ['host']);
  people.second = await create_account(server, 'host2');
  await server.create_channel('first-live', 'The first shop');
});
after(async () => {
  await browser?.close();
  await server?.clear();
});

const signed_in = async ({ login }) => {
  const client = new Client(server.origin);
  assert.equal((await client.sign_in(login)).status, 200);
  return client;
};

/** The page as it stands, on a desk and on a phone, without a finding of axe. */
async function look(tab, name) {
  for (const [device, viewport] of [['desk', DESKTOP], ['phone', PHONE]]) {
    await tab.page.setViewportSize(viewport);
    await tab.page.emulateMedia({ reducedMotion: 'reduce' });
    assert.deepEqual(await axe_findings(tab.page), [], `${name} ${device}`);
    const wide = await tab.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, `${name} ${device} scrolls sideways`);
    await tab.screenshot(`second-shop-${name}-${device}`);
  }
  await tab.page.setViewportSize(DESKTOP);
}

async function done(tab) {
  assert.deepEqual(await tab.violations(), []);
  assert.deepEqual(tab.complaints, []);
  await tab.close();
}

describe('an administrator', () => {
  test('makes the shop, after a wrong id is told beside its field', async () => {
    const tab = await Tab.open(browser, server.url('/operations/shops'), { as: people.admin });
    await tab.page.locator('[data-testid=shop-row][data-shop=main]').waitFor();
    await look(tab, 'operations-one');
    const form = tab.by_id('shop-form');
    await tab.by_id('shop-form-submit').click();
    assert.equal(await form.locator('.field__error').count(), 3, 'nothing was typed');
    await tab.fill({ id: 'main', ko: '아틀리에', en: 'Atelier' }, form);
    await tab.by_id('shop-form-submit').click();
    await form.locator('.field__error', { hasText: 'already' }).waitFor();
    assert.equal(await form.locator('input[name=id]').getAttribute('aria-invalid'), 'true');
    await look(tab, 'operations-refused');
    await tab.fill({ id: 'atelier' }, form);
    await tab.by_id('shop-form-submit').click();
    await tab.page.locator('[data-testid=shop-row][data-shop=atelier]', { hasText: '아틀리에' }).waitFor();
    await look(tab, 'operations-two');
    tab.expect_refusal(/409/);
    await done(tab);
  });

  test('renames a shop, and the audit log knows both deeds', async () => {
    const tab = await Tab.open(browser, server.url('/operations/shops'), { as: people.admin });
    await tab.page.locator('[data-shop=main]').getByTestId('rename-shop').click();
    await tab.fill({ ko: '첫 상점', en: 'First' }, tab.by_id('rename-form'));
    await look(tab, 'operations-rename');
    await tab.by_id('rename-form-submit').click();
    await tab.page.locator('[data-testid=shop-row][data-shop=main]', { hasText: 'First' }).waitFor();
    await tab.page.goto(server.url('/operations/audit'));
    for (const action of ['shop.create', 'shop.rename']) await tab.page.locator(`[data-testid=audit-entry][data-action="${action}"]`).first().waitFor();
    await done(tab);
  });

  test('is asked which shop the studio is to show, and gives a host a role in that one', async () => {
    const tab = await Tab.open(browser, server.url('/studio/team'), { as: people.admin });
    await tab.by_id('choose-shop').waitFor();
    await look(tab, 'choose');
    await tab.page.locator('[data-testid=shop-choice][data-shop=atelier]').click();
    await tab.fill({ login: 'host2' }, tab.by_id('invite-form'));
    await tab.page.locator('select[name=role]').selectOption('host');
    await tab.by_id('invite-form-submit').click();
    await tab.page.locator('[data-testid=member][data-login=host2][data-role=host]').waitFor();
    await look(tab, 'team');
    await tab.by_id('shop-switch').selectOption('main');
    await tab.page.locator('[data-testid=member][data-login=host1]').waitFor();
    assert.equal(await tab.page.locator('[data-testid=member][data-login=host2]').count(), 0);
    await done(tab);
    const { body } = await (await signed_in(people.second)).get('/api/v1/session');
    assert.deepEqual(body.roles, [{ role: 'host', shop: 'atelier' }]);
  });
});

describe('the host of the second shop', () => {
  test('makes a channel, a category, a product and a deal, and is asked of no shop', async () => {
    const tab = await Tab.open(browser, server.url('/studio'), { as: people.second });
    await tab.by_id('empty').waitFor();
    assert.match(await tab.by_id('studio').textContent(), /Atelier/);
    assert.equal(await tab.by_id('shop-switch').count(), 0);
    await look(tab, 'studio-empty');
    await tab.by_id('create-channel').click();
    await tab.fill({ title: 'Atelier live', name: second.channel }, tab.by_id('create-form'));
    await tab.by_id('create-form-submit').click();
    await tab.by_id('stream-key').waitFor();

    await tab.page.goto(server.url('/studio/shop/products'));
    const category = tab.by_id('category-form');
    await tab.fill({ id: 'bags', ko: '가방', en: 'Bags', place: '1' }, category);
    await tab.by_id('category-form-submit').click();
    await tab.by_id('category-list').waitFor();
    await tab.by_id('create-product').click();
    const form = tab.by_id('product-form');
    await tab.fill({ ko: '가죽 가방', en: 'Leather bag', price: '90000', stock: '6' }, form);
    await form.locator('[name=description_ko]').fill('손으로 만들었어요');
    await form.locator('[name=description_en]').fill('Made by hand');
    await form.locator('[name=category]').selectOption('bags');
    await tab.by_id('product-form-submit').click();
    await tab.by_id('studio-product').waitFor();
    second.product = Number(new URL(tab.page.url()).pathname.split('/').at(-1));
    second.sku = Number(await tab.by_id('sku').getAttribute('data-sku'));

    await tab.page.goto(server.url('/studio/shop/deals'));
    const deal = tab.by_id('deal-form');
    await deal.locator('[name=sku]').selectOption(String(second.sku));
    await tab.fill({ price: '60000', quantity: '3' }, deal);
    await tab.by_id('deal-form-submit').click();
    const row = tab.page.locator('[data-testid=deal-row]', { hasText: 'Leather bag' });
    await row.waitFor();
    second.deal = Number(await row.getAttribute('data-deal'));
    await done(tab);
    const host = await signed_in(people.second);
    const { body: channel } = await host.get(`/api/v1/studio/channels/${second.channel}`);
    assert.equal(channel.shop, 'atelier');
    await new Shop(host, 'atelier').until_shown(second.sku, { deal: second.deal });
  });
});

describe('a buyer', () => {
  const as = { login: 'buyer1', password: PASSWORD };
  before(() => buyer(new Client(server.origin), 'buyer1'));

  test('sees and buys the second shop\'s goods beside its channel, and none beside the first one\'s', async () => {
    const tab = await Tab.open(browser, server.url(`/watch/${second.channel}`), { as });
    const deal = tab.page.locator(`[data-testid=deal][data-sku="${second.sku}"]`);
    await deal.waitFor();
    await look(tab, 'watch');
    await deal.getByTestId('buy').click();
    await tab.by_id('pay').click();
    await tab.page.locator('[data-testid=payment][data-phase=paid]').waitFor();
    second.order = Number((await tab.by_id('to-order').getAttribute('href')).split('/').at(-1));
    await tab.page.goto(server.url(`/orders/${second.order}`));
    await tab.page.getByText('Atelier').waitFor();
    await look(tab, 'order');
    await done(tab);
    const { body: order } = await (await signed_in(as)).get(`/api/v1/orders/${second.order}`);
    assert.deepEqual([order.shop, order.lines[0].sku], ['atelier', second.sku]);
    const other = await Tab.open(browser, server.url('/watch/first-live'), { as });
    await other.by_id('player').waitFor();
    await other.page.waitForResponse((response) => response.url().includes('/api/v1/shops/main/stock'));
    assert.equal(await other.page.locator(`[data-sku="${second.sku}"]`).count(), 0);
    await done(other);
  });

  test('chooses a shop where none is named, and has a cart in each', async () => {
    const first = new Shop(await signed_in(people.first));
    const cream = await first.product({ ko: '크림', en: 'Cream' });
    const tab = await Tab.open(browser, server.url('/products'), { as });
    await tab.by_id('shop-choice').first().waitFor();
    await look(tab, 'products-choose');
    await tab.page.locator('[data-testid=shop-choice][data-shop=atelier]').click();
    await tab.page.locator(`[data-testid=product-card][data-product="${second.product}"]`).waitFor();
    assert.equal(await tab.page.locator(`[data-product="${cream.id}"]`).count(), 0);
    for (const product of [second.product, cream.id]) {
      await tab.page.goto(server.url(`/products/${product}`));
      await tab.by_id('add-to-cart').click();
      await tab.by_id('toasts').getByText('in your cart').waitFor();
    }
    await tab.page.goto(server.url('/cart'));
    await tab.page.locator('[data-testid=shop-choice][data-shop=main]').waitFor();
    await look(tab, 'carts');
    await tab.page.locator('[data-testid=shop-choice][data-shop=atelier]').click();
    await tab.page.locator(`[data-testid=cart-line][data-sku="${second.sku}"]`).waitFor();
    await tab.by_id('checkout').click();
    await tab.by_id('place-order').click();
    await tab.page.locator('[data-testid=payment][data-phase=paid]').waitFor();
    await tab.page.goto(server.url('/cart'));
    await tab.page.locator(`[data-testid=cart-line][data-sku="${cream.skus[0].sku}"]`).waitFor();
    await tab.page.goto(server.url('/orders'));
    await tab.by_id('order-shop').first().waitFor();
    await look(tab, 'orders');
    await done(tab);
  });
});

describe('the first shop\'s staff', () => {
  test('find nothing of it: no channel, no product, no order, no role, no line of the audit', async () => {
    const host = await signed_in(people.first);
    const unknown = [
      ...['products', 'orders', 'deals', 'coupons', 'sales', 'roles', `products/${second.product}`, `orders/${second.order}`].map((rest) => `/api/v1/shops/atelier/${rest}`),
      ...[`products/${second.product}`, `orders/${second.order}`, `skus/${second.sku}/stock`].map((rest) => `/api/v1/shops/main/${rest}`),
      `/api/v1/studio/channels/${second.channel}`, '/api/v1/studio/channels?shop=atelier',
    ];
    for (const path of unknown) assert.equal((await host.get(path)).status, 404, path);
    const lists = ['/api/v1/studio/channels', '/api/v1/shops/main/products', '/api/v1/shops/main/orders', '/api/v1/shops/main/roles', '/api/v1/audit?limit=100', '/api/v1/streams'];
    for (const path of lists) {
      const text = JSON.stringify((await host.get(path)).body);
      assert.ok(!/atelier|Leather|host2/.test(text), `${path}: ${text}`);
    }
    const tab = await Tab.open(browser, server.url('/studio/shop/products'), { as: people.first });
    await tab.page.locator('[data-testid=catalogue-row]', { hasText: 'Cream' }).waitFor();
    assert.equal(await tab.page.getByText('Leather bag').count(), 0);
    await tab.page.goto(server.url(`/studio/${second.channel}`));
    await tab.by_id('studio-unknown').waitFor();
    await tab.page.goto(server.url(`/studio/shop/orders/${second.order}`));
    await tab.page.locator('[data-testid=shop-order-unknown], [data-testid=failed]').first().waitFor();
    tab.expect_refusal(/404/);
    await done(tab);
  });

  test('who helps to run both switches between them', async () => {
    const admin = await signed_in(people.admin);
    assert.equal((await admin.put('/api/v1/shops/atelier/roles/host1/host')).status, 204);
    const tab = await Tab.open(browser, server.url('/studio/shop/products'), { as: people.first });
    await tab.page.locator('[data-testid=shop-choice][data-shop=main]').click();
    await tab.page.locator('[data-testid=catalogue-row]', { hasText: 'Cream' }).waitFor();
    await tab.by_id('shop-switch').selectOption('atelier');
    await tab.page.locator('[data-testid=catalogue-row]', { hasText: 'Leather bag' }).waitFor();
    assert.equal(await tab.page.locator('[data-testid=catalogue-row]', { hasText: 'Cream' }).count(), 0);
    await look(tab, 'switched');
    await tab.page.goto(server.url('/studio/first-live'));
    await tab.by_id('studio-channel').waitFor();
    await tab.page.locator('[data-testid=shop-switch] option[value=main]:checked').waitFor({ state: 'attached' });
    await tab.by_id('shop-switch').selectOption('atelier');
    await tab.page.locator(`[data-testid=studio-card][data-channel=${second.channel}]`).waitFor();
    await done(tab);
  });
});

describe('the command line', () => {
  test('makes, names and lists shops, and asks for one where several could be meant', async () => {
    const made = await server.ask('shop', 'create', 'third', '--ko', '셋', '--en', 'Third');
    assert.deepEqual(made, { id: 'third', name: { ko: '셋', en: 'Third' } });
    await server.ask('shop', 'rename', 'third', '--ko', '세 번째', '--en', 'The third');
    const { shops } = await server.ask('shop', 'list');
    assert.deepEqual(shops.map(({ id }) => id), ['atelier', 'main', 'third']);
    assert.equal(shops[2].name.en, 'The third');
    await assert.rejects(server.ask('shop', 'create', 'third', '--ko', 'a', '--en', 'b'), /already/);
    await assert.rejects(server.ask('shop', 'rename', 'fourth', '--ko', 'a', '--en', 'b'), /no shop/);
    await assert.rejects(server.ask('channel', 'create', 'stray'), /several shops.*atelier, main, third/);
    await assert.rejects(server.ask('channel', 'create', 'stray', '--shop', 'fourth'), /no shop/);
    const channel = await server.ask('channel', 'create', 'third-live', '--shop', 'third');
    assert.equal(channel.shop, 'third');
    await assert.rejects(server.ask('account', 'grant', 'host2', 'moderator'), /several shops/);
    const granted = await server.ask('account', 'grant', 'host2', 'moderator', '--shop', 'third');
    assert.ok(granted.roles.some(({ role, shop }) => role === 'moderator' && shop === 'third'));
    const revoked = await server.ask('account', 'revoke', 'host2', 'moderator', '--shop', 'third');
    assert.ok(!revoked.roles.some(({ shop }) => shop === 'third'));
    const operator = await server.ask('account', 'grant', 'host2', 'operator');
    assert.ok(operator.roles.some(({ role, shop }) => role === 'operator' && shop === '*'), 'of the whole server: no shop is meant');
  });

  test('what was made is there after the server was killed, and sells', async () => {
    const { data_folder } = server;
    await server.stop('SIGKILL');
    server = await Shopcast.start('second_shop_again', { data_folder });
    const { body } = await new Client(server.origin).get('/api/v1/shops');
    assert.deepEqual(body.shops.map(({ id }) => id), ['atelier', 'main', 'third']);
    const me = await buyer(new Client(server.origin), 'later1');
    const { body: order } = await me.post('/api/v1/orders', { lines: [{ sku: second.sku, quantity: 1 }] }, keyed());
    assert.equal((await until_order(me, order.id, 'PAID')).shop, 'atelier');
  });
});
