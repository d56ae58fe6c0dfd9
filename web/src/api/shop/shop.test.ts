import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

vi.stubGlobal('document', { documentElement: {} });
vi.stubGlobal('navigator', { languages: ['en'] });
const { atWidth, productsPath, readCard } = await import('./catalogue');
const { StockFeed } = await import('./stock');
const { fetchAddress } = await import('./address');
const { addToCart, readCart } = await import('./cart');
const { holdBody, lastsMs, newHold } = await import('./holds');
const { paymentPhase, readOrder, unsettled } = await import('./orders');
const { said } = await import('./text');

let asked: { path: string; init: RequestInit }[] = [];
let answers: (() => Promise<Response>)[] = [];
const json = (status: number, body: unknown, headers: Record<string, string> = {}) => () =>
  Promise.resolve(new Response(JSON.stringify(body), { status, headers }));
const silent = () => Promise.reject(new TypeError('no network'));

beforeEach(() => {
  asked = [];
  answers = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    asked.push({ path, init });
    return (answers.shift() ?? silent)();
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('texts', () => {
  it('are in the reader’s language, else in the other one', () => {
    expect(said({ ko: '립', en: 'Lips' }, 'ko')).toBe('립');
    expect(said({ ko: '립', en: '' }, 'en')).toBe('립');
  });
});

describe('catalogue', () => {
  it('asks with Korean words composed, and leaves out what is not asked for', () => {
    expect(productsPath('main', { q: ' 리 '.normalize('NFD') })).toBe(`/api/v1/products?shop=main&q=${encodeURIComponent('리')}&limit=24`);
    expect(productsPath('main', { category: 'lips', sort: 'price_asc' }, 12)).toBe('/api/v1/products?shop=main&category=lips&sort=price_asc&limit=12');
  });

  it('reads a card without a picture', () => {
    expect(readCard({ id: 7, name: { ko: 'ㄱ', en: 'g' }, picture: null, skus: [41, 42] })).toMatchObject({ id: 7, picture: null, skus: [41, 42], price_min: 0 });
  });

  it('replaces the width of a picture', () => expect(atWidth('/api/v1/pictures/p3kq/480.jpg', 160)).toBe('/api/v1/pictures/p3kq/160.jpg'));
});

describe('StockFeed', () => {
  const stock = { shop: 'main', version: 5, currency: 'KRW', skus: [{ sku: 41, state: 'low', left: 3, price: 100, deal: null }], deals: [] };

  it('reads an answer once: the same ETag is nothing new', async () => {
    answers = [json(200, stock, { ETag: '"5"' }), json(200, stock, { ETag: '"5"' }), json(200, { ...stock, version: 6 }, { ETag: '"6"' })];
    const feed = new StockFeed('main');
    expect(await feed.ask()).toMatchObject({ ok: true, value: { version: 5, skus: [{ state: 'low', left: 3 }] } });
    expect(await feed.ask()).toEqual({ ok: true, value: null });
    expect(await feed.ask()).toMatchObject({ ok: true, value: { version: 6 } });
    expect(asked[0]).toMatchObject({ path: '/api/v1/shops/main/stock', init: { cache: 'default' } });
  });

  it('promises nothing about a state it does not know', async () => {
    answers = [json(200, { ...stock, skus: [{ sku: 41, state: 'teleporting' }] })];
    expect(await new StockFeed('main').ask()).toMatchObject({ value: { skus: [{ state: 'off' }] } });
  });

  it('tells silence from a shop that is not there, and takes no other document for a stock', async () => {
    answers = [silent, json(404, { code: 'shop_not_found' }), json(200, { hello: 1 })];
    const feed = new StockFeed('x');
    expect(await feed.ask()).toMatchObject({ ok: false, problem: { code: 'offline', status: null } });
    expect(await feed.ask()).toMatchObject({ ok: false, problem: { code: 'shop_not_found', status: 404 } });
    expect(await feed.ask()).toMatchObject({ ok: false, problem: { code: 'unreadable' } });
  });
});

describe('a payment that the buyer makes in the page', () => {
  const order = { state: 'PENDING_PAYMENT', payment: { provider: 'stripe', state: 'REQUIRES_ACTION', next: 'confirm' } } as const;
  it('waits for the buyer, also after a card was declined, until the money moves', () => {
    expect(paymentPhase(order)).toBe('paying');
    expect(paymentPhase({ ...order, payment: { ...order.payment, state: 'FAILED' } })).toBe('paying');
    expect(paymentPhase({ ...order, payment: { ...order.payment, state: 'AUTHORIZED', next: 'wait' } })).toBe('waiting');
    expect(paymentPhase({ ...order, payment: { ...order.payment, state: 'UNKNOWN' } })).toBe('asking');
    expect(paymentPhase({ ...order, state: 'EXPIRED', payment: { ...order.payment, next: 'none' } })).toBe('over');
  });
});

describe('address', () => {
  it('is null where none is saved, and a problem where none could be read', async () => {
    answers = [async () => new Response(null, { status: 204 }), silent];
    expect(await fetchAddress()).toEqual({ ok: true, value: null });
    expect(await fetchAddress()).toMatchObject({ ok: false });
  });
});

describe('cart', () => {
  it('adds to the cart of its shop', async () => {
    answers = [json(200, { version: 8, lines: [] })];
    expect(await addToCart('main', 41, 2)).toMatchObject({ ok: true, value: { version: 8 } });
    expect(asked[0]).toMatchObject({ path: '/api/v1/cart/lines?shop=main', init: { method: 'POST', body: '{"sku":41,"quantity":2}' } });
  });

  it('leaves out notes it has no words for', () => {
    expect(readCart({ lines: [{ notes: ['short', 'haunted', 'all_held'] }] }).lines[0]?.notes).toEqual(['short', 'all_held']);
  });
});

describe('holds', () => {
  it('leave out a deal that is none', () => {
    expect(holdBody({ sku: 41, deal: null, quantity: 1 })).toEqual({ sku: 41, quantity: 1 });
    expect(holdBody({ sku: 41, deal: 55, quantity: 1 })).toEqual({ sku: 41, deal: 55, quantity: 1 });
  });

  it('last by the server’s clock', () => {
    expect(lastsMs({ expires_at: '2026-11-25T10:05:00.000Z', server_time: '2026-11-25T10:00:00.500Z' })).toBe(299_500);
    expect(lastsMs({ expires_at: '', server_time: '' })).toBe(0);
  });

  it('have a new key for each press, and the same one for each retry', async () => {
    answers = [silent, json(201, { id: 9001 }), json(201, { id: 9002 })];
    const first = newHold();
    await first.send({ sku: 41, quantity: 1 });
    expect(first.undecided).toBe(true);
    await first.send({ sku: 41, quantity: 1 });
    expect(first.undecided).toBe(false);
    await newHold().send({ sku: 41, quantity: 1 });
    const keys = asked.map(({ init }) => (init.headers as Record<string, string>)['Idempotency-Key']);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });
});

describe('orders', () => {
  const order = (state: string, payment: string, next = 'wait') => readOrder({ state, payment: { state: payment, next } });

  it.each([
    ['PENDING_PAYMENT', 'REQUIRES_ACTION', 'wait', 'waiting', true],
    ['PENDING_PAYMENT', 'UNKNOWN', 'wait', 'asking', true],
    ['PENDING_PAYMENT', 'SOMETHING_NEW', 'wait', 'asking', true],
    ['PENDING_PAYMENT', 'FAILED', 'none', 'failed', false],
    ['PAID', 'CAPTURED', 'none', 'paid', false],
    ['SHIPPED', 'CAPTURED', 'none', 'paid', false],
    ['PART_REFUNDED', 'PART_REFUNDED', 'none', 'paid', false],
    ['EXPIRED', 'VOIDED', 'none', 'over', false],
    ['CANCELLED', 'FAILED', 'none', 'failed', false],
    ['REFUND_PENDING', 'CAPTURED', 'wait', 'returning', true],
    ['REFUNDED', 'REFUNDED', 'none', 'returned', false],
  ])('%s with %s, next %s, is %s', (state, payment, next, phase, again) => {
    expect(paymentPhase(order(state, payment, next))).toBe(phase);
    expect(unsettled(order(state, payment, next))).toBe(again);
  });
});
