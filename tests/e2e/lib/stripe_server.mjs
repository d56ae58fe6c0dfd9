// What Stripe's API does with PaymentIntents, refunds and webhooks, as far as a shop sees it: enough for
// the official SDK to use it unmodified. Money is not involved; `knobs` make it misbehave.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { pause } from './wait.mjs';

const zero_decimal = new Set(['krw', 'jpy']);

class StripeError extends Error {
  constructor(status, fields) {
    super(fields.message);
    this.status = status;
    this.fields = fields;
  }
}

const invalid = (message, more = {}) => new StripeError(400, { type: 'invalid_request_error', message, ...more });

/** "metadata[order]=7" and its like to { metadata: { order: '7' } }. */
export function parse_form(text) {
  const out = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const keys = name.split(/[[\]]+/).filter((key) => key !== '');
    let at = out;
    for (const key of keys.slice(0, -1)) at = at[key] ??= {};
    at[keys.at(-1)] = value;
  }
  return out;
}

/**
 * The part of Stripe's browser script that a page uses, with one field: the payment method's name. It talks to
 * the API with the publishable key and the payment's own secret, as the real one does.
 */
const browser_script = `
window.Stripe = (key) => {
  const api = new URL(document.currentScript?.src ?? window.Stripe.src).origin;
  return {
    elements: ({ clientSecret, locale }) => ({
      clientSecret,
      create() {
        const field = Object.assign(document.createElement('input'), { name: 'payment_method', value: 'pm_card_visa', lang: locale });
        field.setAttribute('aria-label', 'Card');
        this.field = field;
        const acts = {};
        return {
          on: (event, act) => { acts[event] = act; },
          mount: (place) => { place.append(field); setTimeout(() => acts.ready?.(), 50); },
          destroy: () => field.remove(),
        };
      },
    }),
    async confirmPayment({ elements, redirect }) {
      if (redirect !== 'if_required') throw new Error('the page would be left');
      const answer = await fetch(api + '/v1/payment_intents/' + elements.clientSecret.split('_secret_')[0] + '/confirm', {
        method: 'POST', headers: { Authorization: 'Bearer ' + key },
        body: new URLSearchParams({ client_secret: elements.clientSecret, payment_method: elements.field.value }),
      });
      const body = await answer.json();
      return body.error ? { error: body.error } : { paymentIntent: body };
    },
  };
};
window.Stripe.src = document.currentScript.src;
`;
const cross_origin = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'authorization', 'Cross-Origin-Resource-Policy': 'cross-origin' };

export class StripeServer {
  secret_key = 'sk_test_local';
  publishable_key = 'pk_test_local';
  webhook_secret = 'whsec_local';
  /** What goes wrong: requests that are not answered after they were done, webhooks lost, sent twice, late. */
  knobs = { lose_answers: 0, lose_webhooks: 0, repeat_webhooks: 0, webhook_delay_ms: 0, refuse_amount: 0, refuse_refunds: 0 };
  requests = [];
  #intents = new Map();
  #refunds = new Map();
  #answers = new Map();
  #names = 0;
  #webhook_url;
  #server = createServer((request, response) => void this.#serve(request, response));
  #deliveries = new Set();

  static async start({ webhook_url } = {}) {
    const stripe = new StripeServer();
    stripe.#webhook_url = webhook_url;
    await new Promise((done) => stripe.#server.listen(0, '127.0.0.1', done));
    return stripe;
  }

  get port() { return this.#server.address().port; }
  get url() { return `http://127.0.0.1:${this.port}`; }
  send_webhooks_to(url) { this.#webhook_url = url; }
  intents() { return [...this.#intents.values()]; }
  refunds() { return [...this.#refunds.values()]; }

  async stop() {
    await Promise.allSettled(this.#deliveries);
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** The buyer, in the page, with a card. */
  pay(id, payment_method = 'pm_card_visa') { return this.#confirm(this.#intent(id), { payment_method }); }

  async #serve(request, response) {
    let body = '';
    for await (const chunk of request) body += chunk;
    const url = new URL(request.url, this.url);
    if (request.method === 'OPTIONS') {
      response.writeHead(204, cross_origin).end();
      return;
    }
    if (url.pathname === '/v3/') {
      response.writeHead(200, { 'Content-Type': 'text/javascript', ...cross_origin }).end(browser_script);
      return;
    }
    const key = request.headers['idempotency-key'];
    this.requests.push({ method: request.method, path: url.pathname, key, body });
    let answer;
    try {
      if (request.headers.authorization !== `Bearer ${this.secret_key}` && !this.#is_page(request, url, body)) {
        throw new StripeError(401, { type: 'invalid_request_error', message: 'Invalid API Key provided' });
      }
      answer = this.#once(key, `${request.method} ${url.pathname}\n${body}`, () => ({
        status: 200,
        body: this.#route(request.method, url, parse_form(request.method === 'GET' ? url.search.slice(1) : body)),
      }));
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      answer = { status: error.status, body: { error: error.fields } };
    }
    if (this.knobs.lose_answers > 0) {
      this.knobs.lose_answers -= 1;
      response.destroy();
      return;
    }
    response.writeHead(answer.status, { ...cross_origin, 'Content-Type': 'application/json', 'Request-Id': `req_${++this.#names}` });
    response.end(JSON.stringify(answer.body));
  }

  /** The buyer's page may confirm the payment whose secret it was told, and nothing else. */
  #is_page(request, url, body) {
    const [, , kind, id, verb] = url.pathname.split('/');
    return request.headers.authorization === `Bearer ${this.publishable_key}` && kind === 'payment_intents' && verb === 'confirm' &&
      parse_form(body).client_secret === this.#intents.get(id)?.client_secret;
  }

  /** The answer of the first request under a key is that of all, also when it was an error of the request. */
  #once(key, request, work) {
    if (key === undefined) return work();
    const known = this.#answers.get(key);
    if (known && known.request !== request) {
      throw new StripeError(400, { type: 'idempotency_error', message: 'Keys for idempotent requests can only be used with the same parameters' });
    }
    if (known) return known.answer;
    const answer = structuredClone(work());
    this.#answers.set(key, { request, answer });
    return answer;
  }

  #route(method, url, fields) {
    const [version, kind, id, verb] = url.pathname.split('/').filter(Boolean);
    const what = `${method} ${kind}${id ? ' id' : ''}${verb ? ` ${verb}` : ''}`;
    if (version !== 'v1') throw new StripeError(404, { type: 'invalid_request_error', message: 'Unrecognized request URL' });
    switch (what) {
      case 'POST payment_intents': return this.#create(fields);
      case 'GET payment_intents id': return this.#intent(id);
      case 'POST payment_intents id confirm': return this.#confirm(this.#intent(id), fields);
      case 'POST payment_intents id capture': return this.#capture(this.#intent(id), fields);
      case 'POST payment_intents id cancel': return this.#cancel(this.#intent(id));
      case 'POST refunds': return this.#refund(fields);
      case 'GET refunds id': return this.#refunds.get(id) ?? this.#missing('refund', id);
      case 'GET refunds': return { object: 'list', url: '/v1/refunds', has_more: false,
        data: this.refunds().filter((one) => !fields.payment_intent || one.payment_intent === fields.payment_intent) };
      default: throw new StripeError(404, { type: 'invalid_request_error', message: `Unrecognized request URL (${what})` });
    }
  }

  #missing(kind, id) {
    throw new StripeError(404, { type: 'invalid_request_error', code: 'resource_missing', message: `No such ${kind}: '${id}'` });
  }

  #intent(id) { return this.#intents.get(id) ?? this.#missing('payment_intent', id); }

  #name(prefix) { return `${prefix}_${(++this.#names).toString(36).padStart(8, '0')}`; }

  #create(fields) {
    const amount = Number(fields.amount);
    const currency = fields.currency;
    if (!/^[a-z]{3}$/.test(currency ?? '')) throw invalid('Missing required param: currency.', { param: 'currency' });
    if (!Number.isSafeInteger(amount) || amount < 1) throw invalid('Invalid integer.', { param: 'amount' });
    if (amount < (zero_decimal.has(currency) ? 100 : 50)) {
      throw invalid('Amount must be at least the least there is.', { code: 'amount_too_small', param: 'amount' });
    }
    if (amount === this.knobs.refuse_amount) throw invalid('This amount is not taken.', { code: 'amount_too_large', param: 'amount' });
    const id = this.#name('pi');
    const intent = {
      id, object: 'payment_intent', amount, amount_capturable: 0, amount_received: 0, currency,
      capture_method: fields.capture_method ?? 'automatic', client_secret: `${id}_secret_${this.#name('s')}`,
      last_payment_error: null, latest_charge: null, livemode: false, metadata: fields.metadata ?? {},
      status: 'requires_payment_method', created: Math.floor(Date.now() / 1000),
    };
    this.#intents.set(id, intent);
    this.#tell('payment_intent.created', intent);
    return intent;
  }

  #require(intent, statuses, verb) {
    if (statuses.includes(intent.status)) return;
    throw invalid(`You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
      { code: 'payment_intent_unexpected_state', payment_intent: intent });
  }

  #confirm(intent, fields) {
    this.#require(intent, ['requires_payment_method', 'requires_confirmation'], 'confirm');
    if (fields.payment_method === 'pm_card_chargeDeclined') {
      intent.last_payment_error = { type: 'card_error', code: 'card_declined', message: 'Your card was declined.' };
      this.#tell('payment_intent.payment_failed', intent);
      throw new StripeError(402, { ...intent.last_payment_error, payment_intent: intent });
    }
    intent.last_payment_error = null;
    intent.latest_charge = this.#name('ch');
    if (intent.capture_method === 'manual') {
      intent.status = 'requires_capture';
      intent.amount_capturable = intent.amount;
      this.#tell('payment_intent.amount_capturable_updated', intent);
    } else {
      this.#take(intent, intent.amount);
    }
    return intent;
  }

  #take(intent, amount) {
    intent.status = 'succeeded';
    intent.amount_received = amount;
    intent.amount_capturable = 0;
    this.#tell('payment_intent.succeeded', intent);
  }

  #capture(intent, fields) {
    this.#require(intent, ['requires_capture'], 'capture');
    const amount = Number(fields.amount_to_capture ?? intent.amount_capturable);
    if (!(amount > 0 && amount <= intent.amount_capturable)) throw invalid('The amount is more than what can be captured.');
    this.#take(intent, amount);
    return intent;
  }

  #cancel(intent) {
    this.#require(intent, ['requires_payment_method', 'requires_confirmation', 'requires_action', 'requires_capture'], 'cancel');
    intent.status = 'canceled';
    intent.amount_capturable = 0;
    this.#tell('payment_intent.canceled', intent);
    return intent;
  }

  #refund(fields) {
    const intent = this.#intent(fields.payment_intent);
    if (this.knobs.refuse_refunds > 0) {
      this.knobs.refuse_refunds -= 1;
      throw invalid('This charge has been refunded by hand.', { code: 'charge_already_refunded' });
    }
    if (intent.status !== 'succeeded') throw invalid('This PaymentIntent does not have a successful charge to refund.');
    const back = this.refunds().filter((one) => one.payment_intent === intent.id).reduce((sum, one) => sum + one.amount, 0);
    const left = intent.amount_received - back;
    const amount = Number(fields.amount ?? left);
    if (!(amount > 0 && amount <= left)) {
      throw invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left}).`, { code: 'charge_already_refunded' });
    }
    const refund = { id: this.#name('re'), object: 'refund', amount, currency: intent.currency, payment_intent: intent.id,
      charge: intent.latest_charge, metadata: fields.metadata ?? {}, status: 'succeeded', reason: fields.reason ?? null };
    this.#refunds.set(refund.id, refund);
    this.#tell('refund.created', refund);
    return refund;
  }

  #tell(type, object) {
    if (!this.#webhook_url) return;
    if (this.knobs.lose_webhooks > 0) {
      this.knobs.lose_webhooks -= 1;
      return;
    }
    const event = { id: this.#name('evt'), object: 'event', type, livemode: false, created: Math.floor(Date.now() / 1000),
      data: { object: structuredClone(object) } };
    for (let times = 0; times <= this.knobs.repeat_webhooks; times++) {
      const delivery = this.#deliver(JSON.stringify(event, null, 2)).catch(() => {});
      this.#deliveries.add(delivery);
      void delivery.then(() => this.#deliveries.delete(delivery));
    }
  }

  async #deliver(body) {
    const url = this.#webhook_url;
    await pause(this.knobs.webhook_delay_ms);
    await fetch(url, { method: 'POST', body, headers: { 'Content-Type': 'application/json; charset=utf-8', 'Stripe-Signature': this.sign(body) } });
  }

  sign(body, at = Math.floor(Date.now() / 1000)) {
    return `t=${at},v1=${createHmac('sha256', this.webhook_secret).update(`${at}.${body}`).digest('hex')}`;
  }
}
