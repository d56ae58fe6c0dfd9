// The local Stripe of the payment tests, held to what Stripe's own SDK expects of the real one.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from '../lib/limited.mjs';
import Stripe from 'stripe';
import { StripeServer } from './lib/stripe_server.mjs';
import { until } from './lib/wait.mjs';

describe('the local Stripe, by the official SDK', () => {
  let server;
  let stripe;
  let inbox;
  const webhooks = [];

  before(async () => {
    inbox = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      webhooks.push({ body, signature: request.headers['stripe-signature'] });
      response.end();
    });
    await new Promise((done) => inbox.listen(0, '127.0.0.1', done));
    server = await StripeServer.start({ webhook_url: `http://127.0.0.1:${inbox.address().port}/` });
    stripe = new Stripe(server.secret_key, { host: '127.0.0.1', port: server.port, protocol: 'http', telemetry: false, maxNetworkRetries: 0 });
  });
  after(async () => {
    await server.stop();
    await new Promise((done) => inbox.close(done));
  });

  const create = (more = {}, options = {}) =>
    stripe.paymentIntents.create({ amount: 12_000, currency: 'krw', capture_method: 'manual', metadata: { order: '7' }, ...more }, options);

  test('a payment goes from its intent to a refund', async () => {
    const intent = await create();
    assert.equal(intent.status, 'requires_payment_method');
    assert.equal(intent.amount, 12_000, 'KRW has no decimals');
    assert.equal(intent.metadata.order, '7');
    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    assert.equal(paid.status, 'requires_capture');
    assert.equal(paid.amount_capturable, 12_000);
    assert.equal((await stripe.paymentIntents.capture(intent.id)).amount_received, 12_000);
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 2_000 });
    assert.equal(refund.status, 'succeeded');
    const listed = await stripe.refunds.list({ payment_intent: intent.id });
    assert.deepEqual(listed.data.map((one) => one.amount), [2_000]);
    await assert.rejects(stripe.refunds.create({ payment_intent: intent.id, amount: 10_001 }), Stripe.errors.StripeInvalidRequestError);
  });

  test('what cannot be done says what is true instead', async () => {
    const intent = await create();
    await stripe.paymentIntents.cancel(intent.id);
    await assert.rejects(stripe.paymentIntents.capture(intent.id), (error) => {
      assert.equal(error.code, 'payment_intent_unexpected_state');
      assert.equal(error.payment_intent.status, 'canceled');
      return true;
    });
    await assert.rejects(stripe.paymentIntents.retrieve('pi_none'), { code: 'resource_missing' });
    await assert.rejects(create({ amount: 99 }), { code: 'amount_too_small' });
  });

  test('a declined card leaves the intent open', async () => {
    const intent = await create();
    await assert.rejects(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_chargeDeclined' }), Stripe.errors.StripeCardError);
    const open = await stripe.paymentIntents.retrieve(intent.id);
    assert.equal(open.status, 'requires_payment_method');
    assert.equal(open.last_payment_error.code, 'card_declined');
  });

  test('a key makes one thing, and only with the same parameters', async () => {
    const options = { idempotencyKey: 'one' };
    const [first, second] = [await create({}, options), await create({}, options)];
    assert.equal(first.id, second.id);
    await assert.rejects(create({ amount: 13_000 }, options), Stripe.errors.StripeIdempotencyError);
  });

  test('a wrong key is refused', async () => {
    const other = new Stripe('sk_test_other', { host: '127.0.0.1', port: server.port, protocol: 'http', telemetry: false, maxNetworkRetries: 0 });
    await assert.rejects(other.paymentIntents.retrieve('pi_1'), Stripe.errors.StripeAuthenticationError);
  });

  test('its webhooks have the signatures that the SDK makes and takes', async () => {
    const intent = await create({ metadata: { order: 'hooked' } });
    const { body, signature } = await until('its webhook', () => webhooks.find((one) => one.body.includes(intent.id)));
    const event = stripe.webhooks.constructEvent(body, signature, server.webhook_secret);
    assert.equal(event.type, 'payment_intent.created');
    assert.equal(event.data.object.metadata.order, 'hooked');
    const timestamp = Math.floor(Date.now() / 1000);
    const theirs = stripe.webhooks.generateTestHeaderString({ payload: body, secret: server.webhook_secret, timestamp });
    assert.match(theirs, /^t=\d+,v1=[0-9a-f]{64}$/);
    assert.equal(server.sign(body, timestamp), theirs);
  });
});
