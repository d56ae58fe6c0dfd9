/** Buying over HTTP, as pages and phones do it: each answer checked against the server's own document. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from '../lib/limited.mjs';
import { Client } from './lib/client.mjs';
import { Contract } from './lib/openapi.mjs';
import { ADDRESS, Shop, buyer, keyed, until_order } from './lib/shop.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { create_account } from './lib/visitors.mjs';
import { until } from './lib/wait.mjs';

const NEVER = '[shop]\nfake_payment_ms = 3600000\nhold_s = 300\n';
const AT_ONCE = '[shop]\nfake_payment_ms = 0\n';

/** @type {Shopcast} */
let server;
/** @type {Shop} */
let shop;
let contract;
let buyers = 0;
const stranger = () => new Client(server.origin, { contract });
const new_buyer = () => buyer(stranger(), `buyer${buyers += 1}`);

async function open_shop(name, settings) {
  server = await Shopcast.start(name, { settings });
  contract = new Contract(await server.json('/api/v1/openapi.json'));
  await create_account(server, 'host1', ['host']);
  const host = stranger();
  await host.sign_in('host1');
  shop = new Shop(host);
}

describe('a shop whose buyers pay at once', () => {
  before(() => open_shop('selling', AT_ONCE));
  after(() => server?.clear());

  test('browse, cart, coupon, order, paid, stock', async () => {
    const me = await new_buyer();
    const made = await shop.product({ price: 18_000, stock: 10 });
    const [{ sku }] = made.skus;
    await shop.coupon('TEN', { percent_off: 10 });
    const { body: { products } } = await stranger().get('/api/v1/products?q=%EB%A6%BD%EC%8A%A4');
    assert.deepEqual(products.map(({ id }) => id), [made.id]);
    assert.equal((await stranger().get(`/api/v1/products/${made.id}`)).body.options[0].price, 18_000);
    assert.equal((await shop.until_shown(sku, { state: 'available' })).price, 18_000);

    await me.post('/api/v1/cart/lines', { sku, quantity: 2 });
    const cart = (await me.put('/api/v1/cart/coupon', { code: 'TEN' })).body;
    assert.deepEqual([cart.subtotal, cart.discount, cart.shipping, cart.total], [36_000, 3_600, 0, 32_400]);
    assert.equal(cart.lines[0].tax, 2_945, 'round half up of 32,400 x 10 / 110');
    assert.ok(cart.can_order);
    const placed = await me.post('/api/v1/orders', { cart_version: cart.version, expected_total: cart.total }, keyed());
    assert.equal(placed.status, 201, JSON.stringify(placed.body));
    assert.deepEqual(placed.body.address, ADDRESS);
    assert.equal(placed.headers.location, `/api/v1/orders/${placed.body.id}`);
    const paid = await until_order(me, placed.body.id, 'PAID');
    assert.equal(paid.payment.state, 'CAPTURED');
    assert.deepEqual(paid.history.map(({ state }) => state), ['PENDING_PAYMENT', 'PAID']);
    assert.deepEqual(await shop.stock_of(sku), { on_hand: 10, available: 8, held: 0, sold: 2 });
    assert.equal((await me.get('/api/v1/cart')).body.lines.length, 0, 'ordered is no longer in the cart');
    assert.deepEqual((await me.get('/api/v1/orders')).body.orders.map(({ id, units }) => [id, units]), [[placed.body.id, 2]]);
  });

  test('pressed twice with one key, it is one order; with another body it is refused', async () => {
    const me = await new_buyer();
    const sku = await shop.sku({ stock: 5 });
    const key = keyed();
    const wanted = { lines: [{ sku, quantity: 1 }], expected_total: 21_000 };
    const [one, two] = await Promise.all([me.post('/api/v1/orders', wanted, key), me.post('/api/v1/orders', wanted, key)]);
    assert.deepEqual([one.status, two.status, two.body.id], [201, 201, one.body.id]);
    const again = await me.post('/api/v1/orders', wanted, key);
    assert.deepEqual([again.status, again.headers['idempotency-replayed']], [201, 'true']);
    const other = await me.post('/api/v1/orders', { lines: [{ sku, quantity: 2 }] }, key);
    assert.deepEqual([other.status, other.body.code], [422, 'idempotency_key_reused']);
    assert.equal((await me.get('/api/v1/orders')).body.orders.length, 1);
    await until_order(me, again.body.id, 'PAID');
    assert.equal((await shop.stock_of(sku)).sold, 1);
  });

  test('a number that is no deal\'s is refused, a line is read strictly, and the server stays up', async () => {
    const me = await new_buyer();
    const sku = await shop.sku({ stock: 3 });
    assert.equal((await me.post('/api/v1/holds', { sku }, keyed())).status, 201);
    const own = await me.post('/api/v1/orders', { lines: [{ sku, deal: sku, quantity: 1 }] }, keyed());
    assert.deepEqual([own.status, own.body.code], [409, 'not_on_sale']);
    for (const quantity of ['3', 2.5, [1], null, -1]) {
      const odd = await me.post('/api/v1/orders', { lines: [{ sku, quantity }] }, keyed());
      assert.ok(quantity === null ? odd.status === 201 : odd.status === 400, `${JSON.stringify(quantity)}: ${odd.status}`);
    }
    const tax = await shop.host.post(`${shop.base}/products`, { name: { ko: 'ㄱ', en: 'a' }, description: { ko: 'ㄱ', en: 'a' }, category: 'lips', skus: [{ price: 1, tax_percent: 4_294_967_306 }] }, keyed());
    assert.equal(tax.body.code, 'invalid_tax_percent');
    const many = await shop.host.post(`${shop.base}/products`, { name: { ko: 'ㄱ', en: 'a' }, description: { ko: 'ㄱ', en: 'a' }, category: 'lips', skus: Array.from({ length: 61 }, () => ({ price: 1 })) }, keyed());
    assert.equal(many.body.code, 'invalid_skus');
  });

  test('the same sku on two lines wants both (medusa#16502, vendure#2702)', async () => {
    const me = await new_buyer();
    const sku = await shop.sku({ stock: 3 });
    const short = await me.post('/api/v1/orders', { lines: [{ sku, quantity: 2 }, { sku, quantity: 2 }] }, keyed());
    assert.deepEqual([short.status, short.body.code], [409, 'sold_out']);
    assert.deepEqual(short.body.more.shorts, [{ sku, lines: [0, 1], wanted: 4, available: 3, may_return: false }]);
    assert.equal((await shop.stock_of(sku)).available, 3, 'all lines or none');
  });

  test('the acknowledgement was lost, the stock is gone: the retry gets its order', async () => {
    const [me, late] = [await new_buyer(), await new_buyer()];
    const sku = await shop.sku({ stock: 1 });
    const key = keyed();
    const wanted = { lines: [{ sku, quantity: 1 }] };
    const { body: placed } = await me.post('/api/v1/orders', wanted, key);
    await until_order(me, placed.id, 'PAID');
    await shop.until_shown(sku, { state: 'sold_out' });
    const refused = await late.post('/api/v1/orders', wanted, keyed());
    assert.deepEqual([refused.status, refused.body.code], [409, 'sold_out']);
    const retried = await me.post('/api/v1/orders', wanted, key);
    assert.equal(retried.body.id, placed.id);
  });

  test('kill -9 and a new process: orders, keys, payments and refunds go on', async () => {
    const me = await new_buyer();
    const sku = await shop.sku({ stock: 4 });
    const key = keyed();
    const cart = (await me.post('/api/v1/cart/lines', { sku, quantity: 3 })).body;
    const wanted = { cart_version: cart.version };
    const { body: placed } = await me.post('/api/v1/orders', wanted, key);
    await until_order(me, placed.id, 'PAID');
    const { data_folder } = server;
    await server.stop('SIGKILL');
    server = await Shopcast.start('selling-again', { data_folder, settings: AT_ONCE });
    for (const client of [me, shop.host]) client.origin = server.origin;
    const kept = (await me.get(`/api/v1/orders/${placed.id}`)).body;
    assert.deepEqual([kept.state, kept.total], ['PAID', placed.total]);
    const retried = await me.post('/api/v1/orders', wanted, key);
    assert.deepEqual([retried.status, retried.body.id], [201, placed.id], 'though the cart is empty now');
    const refund = await shop.host.post(`${shop.base}/orders/${placed.id}/refunds`, { lines: [{ line: 0, units: 1 }] }, keyed());
    assert.equal(refund.status, 201, JSON.stringify(refund.body));
    const part = await until_order(me, placed.id, 'PART_REFUNDED');
    assert.equal(part.refunded, 18_000);
    assert.equal((await shop.stock_of(sku)).available, 2, 'what was not sent returns');
  });

  test('refunded in parts they add up; cancelled it goes back whole; sent it stays', async () => {
    const me = await new_buyer();
    const sku = await shop.sku({ stock: 9, price: 10_000 });
    const order = async (quantity) => {
      const { body } = await me.post('/api/v1/orders', { lines: [{ sku, quantity }] }, keyed());
      await until_order(me, body.id, 'PAID');
      return body.id;
    };
    const refund = (id, body, headers = keyed()) => shop.host.post(`${shop.base}/orders/${id}/refunds`, body, headers);
    const first = await order(2);
    const key = keyed();
    assert.equal((await refund(first, { lines: [{ line: 0, units: 1 }] }, key)).status, 201);
    assert.equal((await refund(first, { lines: [{ line: 0, units: 1 }] }, key)).status, 201, 'once');
    await until_order(me, first, 'PART_REFUNDED');
    assert.equal((await refund(first, { lines: [{ line: 0, units: 2 }] })).body.code, 'invalid_lines');
    await refund(first, {});
    const whole = await until_order(me, first, 'REFUNDED');
    assert.equal(whole.refunded, whole.total, 'shipping too, with the last unit');

    const second = await order(1);
    assert.equal((await me.post(`/api/v1/orders/${second}/cancel`)).status, 200);
    assert.equal((await until_order(me, second, 'REFUNDED')).refunded, 13_000);

    const third = await order(1);
    for (const to of ['preparing', 'shipped']) {
      assert.equal((await shop.host.post(`${shop.base}/orders/${third}/stage`, { to })).status, 200);
    }
    const late = await me.post(`/api/v1/orders/${third}/cancel`);
    assert.deepEqual([late.status, late.body.code], [409, 'wrong_state']);
    assert.deepEqual(await shop.stock_of(sku), { on_hand: 8, available: 8, held: 0, sold: 0 });
  });
});

describe('a shop whose buyers do not pay', () => {
  before(() => open_shop('selling-held', NEVER));
  after(() => server?.clear());

  test('all held is not sold out; what is let go can be bought', async () => {
    const [me, other] = [await new_buyer(), await new_buyer()];
    const sku = await shop.sku({ stock: 1 });
    const hold = await me.post('/api/v1/holds', { sku }, keyed());
    assert.equal(hold.status, 201, JSON.stringify(hold.body));
    assert.deepEqual([hold.body.price, hold.body.shipping], [18_000, 3_000], 'below 30,000 sending costs');
    await shop.until_shown(sku, { state: 'held' });
    const refused = await other.post('/api/v1/holds', { sku }, keyed());
    assert.deepEqual([refused.status, refused.body.code, refused.body.more.shorts[0].may_return], [409, 'all_held', true]);
    assert.deepEqual((await me.post('/api/v1/holds', { sku }, keyed())).body.more, { receipt: hold.body.id });
    assert.equal((await other.del(`/api/v1/holds/${hold.body.id}`)).status, 404, 'somebody else\'s');
    assert.equal((await me.del(`/api/v1/holds/${hold.body.id}`)).status, 204);
    assert.equal((await me.del(`/api/v1/holds/${hold.body.id}`)).status, 204, 'over already');
    assert.equal((await other.post('/api/v1/holds', { sku }, keyed())).status, 201);
  });

  test('a deal has its own price, units and limit, and its hold becomes the order', async () => {
    const me = await new_buyer();
    const sku = await shop.sku({ stock: 10, price: 20_000 });
    const deal = await shop.deal(sku, { price: 12_000, quantity: 4, per_account_max: 2 });
    const shown = await shop.until_shown(sku, { deal: deal.id });
    assert.equal(shown.price, 20_000);
    const many = await me.post('/api/v1/holds', { sku, deal: deal.id, quantity: 3 }, keyed());
    assert.deepEqual([many.status, many.body.code], [409, 'limit_reached']);
    const { body: hold } = await me.post('/api/v1/holds', { sku, deal: deal.id, quantity: 2 }, keyed());
    assert.deepEqual([hold.price, hold.deal], [12_000, deal.id]);
    const cart = (await me.post('/api/v1/cart/lines', { sku, quantity: 2 })).body;
    assert.deepEqual([cart.lines[0].unit_price, cart.lines[0].deal, cart.total], [12_000, deal.id, 27_000]);
    const placed = await me.post('/api/v1/orders', { cart_version: cart.version, expected_total: 27_000 }, keyed());
    assert.equal(placed.status, 201, JSON.stringify(placed.body));
    assert.equal((await me.get('/api/v1/holds')).body.holds.length, 0);
    assert.deepEqual(await shop.stock_of(sku), { on_hand: 6, available: 6, held: 0, sold: 0 }, 'the deal\'s are set aside');
    const ended = await shop.ok(shop.host.post(`${shop.base}/deals/${deal.id}/end`));
    assert.deepEqual([ended.state, ended.held], ['ended', 2]);
    assert.equal((await shop.stock_of(sku)).available, 8, 'what was left returns');
    const cancelled = await me.post(`/api/v1/orders/${placed.body.id}/cancel`);
    assert.equal(cancelled.body.state, 'CANCELLED');
    assert.equal((await shop.stock_of(sku)).available, 10);
  });

  test('the cart says what changed, and nobody orders another than was read', async () => {
    const me = await new_buyer();
    const sku = await shop.sku({ stock: 3, price: 15_000 });
    const first = await me.post('/api/v1/cart/lines', { sku, quantity: 3 });
    assert.equal((await me.get('/api/v1/cart', { 'if-none-match': first.headers.etag })).status, 304);
    await shop.ok(shop.host.patch(`${shop.base}/skus/${sku}`, { price: 16_000 }));
    await shop.ok(shop.host.post(`${shop.base}/skus/${sku}/stock`, { units: -1, reason: 'corrected' }, keyed()));
    const changed = (await me.get('/api/v1/cart')).body;
    assert.deepEqual(changed.lines[0].notes, ['short', 'price_changed']);
    assert.deepEqual([changed.lines[0].left, changed.can_order], [2, false]);
    const fewer = await me.put(`/api/v1/cart/lines/${sku}`, { quantity: 1 }, { 'if-match': first.headers.etag });
    assert.deepEqual(fewer.body.lines[0].notes, []);
    const late = await me.put(`/api/v1/cart/lines/${sku}`, { quantity: 2 }, { 'if-match': first.headers.etag });
    assert.deepEqual([late.status, late.body.code], [412, 'changed_meanwhile']);
    const stale = await me.post('/api/v1/orders', { cart_version: first.body.version }, keyed());
    assert.deepEqual([stale.status, stale.body.code], [412, 'changed_meanwhile']);
    const dear = await me.post('/api/v1/orders', { lines: [{ sku, quantity: 1 }], expected_total: 18_000 }, keyed());
    assert.deepEqual([dear.status, dear.body.code, dear.body.more.total], [409, 'price_changed', 19_000]);
    const unknown = (await me.put('/api/v1/cart/coupon', { code: 'NOTHING' })).body;
    assert.deepEqual([unknown.coupon.state, unknown.can_order], ['unknown', false]);
    assert.equal((await me.del('/api/v1/cart')).status, 204);
  });

  test('no guests, no address, no order', async () => {
    const sku = await shop.sku({ stock: 1 });
    const wanted = { lines: [{ sku, quantity: 1 }] };
    assert.deepEqual((await stranger().post('/api/v1/orders', wanted, keyed())).status, 401);
    const me = stranger();
    await me.sign_up('homeless');
    const refused = await me.post('/api/v1/orders', wanted, keyed());
    assert.deepEqual([refused.status, refused.body.code], [409, 'address_missing']);
    assert.equal((await me.put('/api/v1/account/address', { ...ADDRESS, phone: 'call me' })).body.field, 'phone');
    assert.equal((await me.post('/api/v1/orders', { ...wanted, address: ADDRESS }, keyed())).status, 201);
    assert.equal((await me.post('/api/v1/orders', {}, keyed())).body.field, 'lines');
  });
});

describe('a shop whose holds are short', () => {
  before(() => open_shop('selling-short', '[shop]\nfake_payment_ms = 3600000\nhold_s = 1\n'));
  after(() => server?.clear());

  test('a hold that runs out returns its units; two of them bring a cool-down, for this buyer alone', async () => {
    const [me, other] = [await new_buyer(), await new_buyer()];
    const sku = await shop.sku({ stock: 1 });
    for (let times = 0; times < 2; times += 1) {
      const { status, body } = await me.post('/api/v1/holds', { sku }, keyed());
      assert.equal(status, 201, JSON.stringify(body));
      assert.ok(Date.parse(body.expires_at) - Date.parse(body.server_time) <= 1_000);
      await until('the hold is over', async () => (await me.get('/api/v1/holds')).body.holds.length === 0);
    }
    const refused = await me.post('/api/v1/holds', { sku }, keyed());
    assert.deepEqual([refused.status, refused.body.code], [429, 'cooling_down']);
    const wait_s = Number(refused.headers['retry-after']);
    assert.ok(wait_s > 500 && wait_s <= 600, `${wait_s}`);
    assert.equal((await other.post('/api/v1/holds', { sku }, keyed())).status, 201);
  });
});
