/** A shop that is paid by Stripe, beside a local Stripe that loses, repeats and delays what it says. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from '../lib/limited.mjs';
import Stripe from 'stripe';
import { PHONE, Tab, launch_browser } from './lib/browser.mjs';
import { Client } from './lib/client.mjs';
import { Contract } from './lib/openapi.mjs';
import { Shop, buyer, keyed, until_order } from './lib/shop.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { StripeServer } from './lib/stripe_server.mjs';
import { PASSWORD, create_account } from './lib/visitors.mjs';
import { pause, until } from './lib/wait.mjs';

const PAY_WITHIN_S = 15;
const PRICE = 30_000; // sent free

describe('a shop that Stripe pays', () => {
  /** @type {Shopcast} */
  let server;
  /** @type {StripeServer} */
  let stripe;
  /** @type {Shop} */
  let shop;
  let contract;
  let buyers = 0;
  const stranger = () => new Client(server.origin, { contract });
  const new_buyer = () => buyer(stranger(), `payer${buyers += 1}`);

  const secret_file = (name, text) => {
    const file = join(mkdtempSync(join(tmpdir(), 'shopcast-secret-')), name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };

  async function start(name, more = {}) {
    const settings = `[shop]
payments = "stripe"
stripe_secret_key_file = "${secret_file('key', `${stripe.secret_key}\n`)}"
stripe_publishable_key = "${stripe.publishable_key}"
stripe_webhook_secret_file = "${secret_file('webhooks', `whsec_of_last_year\n${stripe.webhook_secret}\n`)}"
stripe_url = "${stripe.url}"
stripe_script_url = "${stripe.url}/v3/"
pay_within_s = ${PAY_WITHIN_S}
`;
    server = await Shopcast.start(name, { settings, ...more });
    stripe.send_webhooks_to(server.url('/api/v1/webhooks/stripe'));
  }

  before(async () => {
    stripe = await StripeServer.start();
    await start('stripe');
    contract = new Contract(await server.json('/api/v1/openapi.json'));
    await create_account(server, 'host1', ['host']);
    const host = stranger();
    await host.sign_in('host1');
    shop = new Shop(host);
  });
  beforeEach(() => Object.assign(stripe.knobs, { lose_answers: 0, lose_webhooks: 0, repeat_webhooks: 0, webhook_delay_ms: 0, refuse_amount: 0, refuse_refunds: 0 }));
  after(async () => {
    await server?.clear();
    await stripe?.stop();
  });

  const intent_of = (order) => stripe.intents().filter(({ metadata }) => metadata.shopcast_order === String(order));
  const pay = (client_secret, card) => stripe.pay(client_secret.split('_secret_')[0], card);
  const place = async (me, lines) => shop.ok(me.post('/api/v1/orders', { lines }, keyed()));
  /** What the page pays with, once there is something to pay. */
  const confirmation = (me, order) => until(`order ${order} can be paid`, async () => {
    const { status, body } = await me.get(`/api/v1/orders/${order}/payment`);
    return status === 200 ? body : Promise.reject(new Error(JSON.stringify(body)));
  });
  const webhook = (body, signature) => fetch(server.url('/api/v1/webhooks/stripe'), {
    method: 'POST', body, headers: { 'Content-Type': 'application/json; charset=utf-8', 'Stripe-Signature': signature },
  });

  test('ordered, paid in the page, captured, refunded: the amounts are the same at both', async () => {
    const me = await new_buyer();
    const sku = await shop.sku({ stock: 3, price: PRICE });
    const order = await place(me, [{ sku, quantity: 2 }]);
    assert.equal(order.payment.provider, 'stripe');
    const { client_secret, publishable_key } = await confirmation(me, order.id);
    assert.equal(publishable_key, stripe.publishable_key);
    assert.equal((await me.get(`/api/v1/orders/${order.id}`)).body.payment.next, 'confirm');
    assert.equal((await (await new_buyer()).get(`/api/v1/orders/${order.id}/payment`)).status, 404, 'somebody else\'s');
    pay(client_secret);
    const paid = await until_order(me, order.id, 'PAID');
    assert.deepEqual([paid.payment.state, paid.payment.next], ['CAPTURED', 'none']);
    assert.equal((await me.get(`/api/v1/orders/${order.id}/payment`)).status, 409);
    const [intent, ...others] = intent_of(order.id);
    assert.deepEqual([intent.amount_received, intent.currency, others], [60_000, 'krw', []]);
    await shop.ok(shop.host.post(`${shop.base}/orders/${order.id}/refunds`, { lines: [{ line: 0, units: 1 }] }, keyed()));
    await until_order(me, order.id, 'PART_REFUNDED');
    await shop.ok(shop.host.post(`${shop.base}/orders/${order.id}/refunds`, {}, keyed()));
    await until_order(me, order.id, 'REFUNDED');
    assert.deepEqual(stripe.refunds().map(({ amount }) => amount), [30_000, 30_000]);
  });

  test('in the page: a declined card says so, the next one pays, and no card comes to this server', async () => {
    const login = `payer${buyers += 1}`;
    await buyer(stranger(), login);
    const product = await shop.product({ stock: 1, price: PRICE });
    const browser = await launch_browser();
    try {
      const tab = await Tab.open(browser, server.url(`/products/${product.id}`), { as: { login, password: PASSWORD }, viewport: PHONE, phone: true });
      await tab.by_id('buy-now').tap();
      await tab.by_id('pay').tap();
      await tab.page.locator('[data-testid=pay-form][data-state=ready]').waitFor();
      await tab.page.locator('input[name=payment_method]').fill('pm_card_chargeDeclined');
      await tab.by_id('pay-card').tap();
      await tab.by_id('pay-refused').waitFor();
      await tab.page.locator('input[name=payment_method]').fill('pm_card_visa');
      await tab.screenshot('stripe-pay');
      await tab.by_id('pay-card').tap();
      await tab.page.locator('[data-testid=payment][data-phase=paid]').waitFor();
      assert.deepEqual(await tab.violations(), []);
      await tab.close();
    } finally {
      await browser.close();
    }
  });

  test('a declined card is no end: the next one pays', async () => {
    const me = await new_buyer();
    const sku = await shop.sku({ stock: 1, price: PRICE });
    const order = await place(me, [{ sku, quantity: 1 }]);
    const { client_secret } = await confirmation(me, order.id);
    assert.throws(() => pay(client_secret, 'pm_card_chargeDeclined'));
    const again = await until('the order knows it', async () => {
      const { body } = await me.get(`/api/v1/orders/${order.id}`);
      return body.payment.state === 'FAILED' ? body : null;
    });
    assert.deepEqual([again.state, again.payment.next], ['PENDING_PAYMENT', 'confirm']);
    pay((await confirmation(me, order.id)).client_secret);
    await until_order(me, order.id, 'PAID');
  });

  test('events that come three times, and late, count once', async () => {
    Object.assign(stripe.knobs, { repeat_webhooks: 2, webhook_delay_ms: 200 });
    const me = await new_buyer();
    const sku = await shop.sku({ stock: 1, price: PRICE });
    const order = await place(me, [{ sku, quantity: 1 }]);
    pay((await confirmation(me, order.id)).client_secret);
    const paid = await until_order(me, order.id, 'PAID');
    assert.deepEqual(paid.history.map(({ state }) => state), ['PENDING_PAYMENT', 'PAID']);
    assert.equal(intent_of(order.id)[0].amount_received, PRICE);
  });

  test('an answer that is lost is asked for again, and there is one payment', async () => {
    Object.assign(stripe.knobs, { lose_answers: 1, lose_webhooks: 1 });
    const me = await new_buyer();
    const sku = await shop.sku({ stock: 1, price: PRICE });
    const order = await place(me, [{ sku, quantity: 1 }]);
    pay((await confirmation(me, order.id)).client_secret);
    await until_order(me, order.id, 'PAID');
    assert.equal(intent_of(order.id).length, 1);
  });

  test('only what Stripe signed, and signed now, is believed', async () => {
    const me = await new_buyer();
    const sku = await shop.sku({ stock: 1, price: PRICE });
    const order = await place(me, [{ sku, quantity: 1 }]);
    await confirmation(me, order.id);
    const intent = { ...intent_of(order.id)[0], status: 'succeeded', amount_received: PRICE };
    const event = JSON.stringify({ id: 'evt_forged', object: 'event', type: 'payment_intent.succeeded', data: { object: intent } });
    const sign = (secret, timestamp = Math.floor(Date.now() / 1000)) =>
      Stripe.webhooks.generateTestHeaderString({ payload: event, secret, timestamp });
    const minutes_ago = Math.floor(Date.now() / 1000) - 301;
    for (const signature of [sign('whsec_of_somebody'), sign(stripe.webhook_secret, minutes_ago), 'v1=0', '']) {
      assert.equal((await webhook(event, signature)).status, 400, signature);
    }
    assert.equal((await webhook(`${event} `, sign(stripe.webhook_secret))).status, 400, 'another body');
    assert.equal((await webhook('x'.repeat(70_000), sign(stripe.webhook_secret))).status, 413);
    assert.equal((await me.get(`/api/v1/orders/${order.id}`)).body.state, 'PENDING_PAYMENT');
    for (const secret of [stripe.webhook_secret, 'whsec_of_last_year']) {
      assert.equal((await webhook(event, sign(secret))).status, 200, 'two secrets while one replaces the other');
    }
  });

  test('an order that Stripe will not take is over at once, and it is not asked again', async () => {
    const me = await new_buyer();
    stripe.knobs.refuse_amount = 31_000;
    const sku = await shop.sku({ stock: 1, price: 31_000 });
    const order = await place(me, [{ sku, quantity: 1 }]);
    const over = await until_order(me, order.id, 'CANCELLED');
    assert.deepEqual([over.payment.state, over.payment.next], ['VOIDED', 'none']);
    assert.equal(stripe.requests.filter(({ body }) => body.includes(`shopcast_order%5D=${order.id}&`)).length, 1);
    assert.deepEqual(await shop.stock_of(sku), { on_hand: 1, available: 1, held: 0, sold: 0 });
  });

  test('a refund that Stripe refuses can be tried again', async () => {
    const me = await new_buyer();
    const sku = await shop.sku({ stock: 1, price: PRICE });
    const order = await place(me, [{ sku, quantity: 1 }]);
    pay((await confirmation(me, order.id)).client_secret);
    await until_order(me, order.id, 'PAID');
    stripe.knobs.refuse_refunds = 1;
    assert.equal((await me.post(`/api/v1/orders/${order.id}/cancel`)).status, 200);
    await until_order(me, order.id, 'PART_REFUNDED');
    const { body: seen } = await shop.host.get(`${shop.base}/orders/${order.id}`);
    assert.deepEqual(seen.refunds.map(({ state }) => state), ['failed']);
    await shop.ok(shop.host.post(`${shop.base}/orders/${order.id}/refunds`, {}, keyed()));
    assert.equal((await until_order(me, order.id, 'REFUNDED')).refunded, PRICE);
    assert.deepEqual(await shop.stock_of(sku), { on_hand: 1, available: 1, held: 0, sold: 0 });
  });

  test('what other shops of the account sell is none of ours', async () => {
    const event = { id: 'evt_other', object: 'event', type: 'payment_intent.succeeded',
      data: { object: { id: 'pi_other', object: 'payment_intent', status: 'succeeded', amount: 1, amount_received: 1, currency: 'krw',
        metadata: { shopcast_installation: 'of_somebody', shopcast_order: '1' } } } };
    const body = JSON.stringify(event);
    assert.equal((await webhook(body, stripe.sign(body))).status, 200);
  });

  test('who pays too late does not pay: the payment is called off, the units return', async () => {
    const me = await new_buyer();
    const sku = await shop.sku({ stock: 1, price: PRICE });
    const order = await place(me, [{ sku, quantity: 1 }]);
    const { client_secret } = await confirmation(me, order.id);
    await until_order(me, order.id, 'EXPIRED');
    await until('the payment is called off', () => intent_of(order.id)[0].status === 'canceled');
    assert.throws(() => pay(client_secret));
    assert.deepEqual(await shop.stock_of(sku), { on_hand: 1, available: 1, held: 0, sold: 0 });
  });

  test('expiry races the payment: nobody pays for nothing, nobody gets what was not paid', async () => {
    const sku = await shop.sku({ stock: 12, price: PRICE });
    const races = await Promise.all(Array.from({ length: 12 }, async (_, i) => {
      const me = await new_buyer();
      const order = await place(me, [{ sku, quantity: 1 }]);
      const { client_secret } = await confirmation(me, order.id);
      await pause(Math.max(0, Date.parse(order.pay_by) - Date.parse(order.server_time) - 700 + i * 120));
      try {
        pay(client_secret);
      } catch {
        // Called off already.
      }
      return { me, id: order.id };
    }));
    let sold = 0;
    for (const { me, id } of races) {
      const { state } = await until(`order ${id} is settled at both`, async () => {
        const { body } = await me.get(`/api/v1/orders/${id}`);
        const [intent] = intent_of(id);
        const back = stripe.refunds().filter(({ payment_intent }) => payment_intent === intent.id).reduce((sum, { amount }) => sum + amount, 0);
        const took = intent.status === 'succeeded' ? intent.amount_received - back : 0;
        const is_settled = body.state === 'PAID' ? took === PRICE : ['EXPIRED', 'CANCELLED', 'REFUNDED'].includes(body.state) && took === 0 && intent.status !== 'requires_capture';
        return is_settled ? body : Promise.reject(new Error(`${body.state}, ${intent.status}, took ${took}`));
      });
      sold += state === 'PAID' ? 1 : 0;
    }
    assert.deepEqual(await shop.stock_of(sku), { on_hand: 12, available: 12 - sold, held: 0, sold });
  });

  test('kill -9 while the money moves: once is once, and a webhook that nobody heard is asked for', async () => {
    const me = await new_buyer();
    const sku = await shop.sku({ stock: 2, price: PRICE });
    const paid = await place(me, [{ sku, quantity: 1 }]);
    pay((await confirmation(me, paid.id)).client_secret);
    await until_order(me, paid.id, 'PAID');
    await shop.ok(shop.host.post(`${shop.base}/orders/${paid.id}/refunds`, {}, keyed()));
    const { data_folder } = server;
    stripe.send_webhooks_to(null);
    await server.stop('SIGKILL');
    await start('stripe-again', { data_folder });
    for (const client of [me, shop.host]) client.origin = server.origin;
    await until_order(me, paid.id, 'REFUNDED');
    const [intent] = intent_of(paid.id);
    assert.deepEqual(stripe.refunds().filter(({ payment_intent }) => payment_intent === intent.id).map(({ amount }) => amount), [PRICE]);
  });
});
