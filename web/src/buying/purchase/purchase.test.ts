import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Outcome } from '../../api/call';
import { problemOf, silence } from '../../api/problem';
import { readHold, type Hold } from '../../api/shop/holds';
import type { Order } from '../../api/shop/orders';

vi.stubGlobal('document', { documentElement: {} });
vi.stubGlobal('navigator', { languages: ['en'] });
const { readOrder } = await import('../../api/shop/orders');
const { Purchase } = await import('./purchase');

const hold = readHold({ id: 9001, sku: 41, deal: 55, quantity: 1, price: 12_600, currency: 'KRW', expires_at: '2026-11-25T10:05:00Z', server_time: '2026-11-25T10:00:00Z' });
const order = (state: string, payment: string, next: string): Order => readOrder({ id: 9100, state, payment: { state: payment, next } });
const ok = <T>(value: T): Outcome<T> => ({ ok: true, value });
const no = (status: number, code: string, more: object = {}): Outcome<never> => ({ ok: false, problem: problemOf(status, null, { code, more }) });
const lost: Outcome<never> = { ok: false, problem: silence('offline') };

interface Sent {
  key: number;
  body: unknown;
}

/** A shop that answers as it is told to, and a clock that moves only when it is turned. */
function shop() {
  let key = 0;
  const attempt = <T>(sent: Sent[], answers: () => Outcome<T>[]) => {
    const mine = ++key;
    return { send: (body: unknown) => Promise.resolve(void sent.push({ key: mine, body })).then(() => answers().shift() ?? (lost as Outcome<T>)) };
  };
  const the = {
    holds: [] as Outcome<Hold>[],
    orders: [] as Outcome<Order>[],
    reads: [] as Outcome<Order>[],
    open: ok<Hold[]>([]),
    heldSent: [] as Sent[],
    orderSent: [] as Sent[],
    released: [] as number[],
    waited: [] as number[],
    now: 0,
    newHold: () => attempt(the.heldSent, () => the.holds),
    newOrder: () => attempt(the.orderSent, () => the.orders),
    fetchHolds: () => Promise.resolve(the.open),
    fetchOrder: () => Promise.resolve(the.reads.shift() ?? lost),
    releaseHold: (id: number) => Promise.resolve(void the.released.push(id)),
    nowMs: () => the.now,
    wait: async (ms: number): Promise<void> => void the.waited.push(ms),
  };
  return the;
}

let the = shop();
let purchase = new Purchase(the);
const wish = { sku: 41, deal: 55, quantity: 1 };
const at = () => purchase.step.value.at;

beforeEach(() => {
  the = shop();
  purchase = new Purchase(the);
});

describe('two taps', () => {
  it('hold, then order for the price that was seen, then wait until it is paid', async () => {
    the.holds = [ok(hold)];
    await purchase.start(wish);
    expect(purchase.step.value).toEqual({ at: 'held', hold });
    expect(purchase.leftMs.value).toBe(300_000);
    the.orders = [ok(order('PENDING_PAYMENT', 'REQUIRES_ACTION', 'wait'))];
    the.reads = [ok(order('PENDING_PAYMENT', 'UNKNOWN', 'wait')), ok(order('PAID', 'CAPTURED', 'none'))];
    await purchase.order();
    expect(the.orderSent).toEqual([{ key: 2, body: { lines: [{ sku: 41, deal: 55, quantity: 1 }], expected_total: 12_600 } }]);
    expect(purchase.step.value).toMatchObject({ at: 'ordered', order: { state: 'PAID' } });
    expect(the.waited).toEqual([1000, 1000]);
  });

  it('order for the price with delivery, where the hold says what that costs', async () => {
    the.holds = [ok({ ...hold, shipping: 3000 })];
    await purchase.start(wish);
    expect(purchase.total.value).toBe(15_600);
    the.orders = [ok(order('PAID', 'CAPTURED', 'none'))];
    await purchase.order();
    expect(the.orderSent[0]?.body).toMatchObject({ expected_total: 15_600 });
  });

  it('a second press while the first is on its way does nothing', async () => {
    the.holds = [ok(hold)];
    await purchase.start(wish);
    the.orders = [ok(order('PAID', 'CAPTURED', 'none')), ok(order('PAID', 'CAPTURED', 'none'))];
    await Promise.all([purchase.order(), purchase.order()]);
    expect(the.orderSent).toHaveLength(1);
  });
});

describe('silence', () => {
  it('sends the same key and body again until the shop has decided', async () => {
    the.holds = [lost, no(503, 'busy'), no(409, 'request_in_flight'), ok(hold)];
    await purchase.start(wish);
    expect(new Set(the.heldSent.map(({ key }) => key)).size).toBe(1);
    expect(at()).toBe('held');
    expect(purchase.retrying.value).toBe(false);
  });

  it('after five tries says so, and the next press still has the same key', async () => {
    await purchase.start(wish);
    expect(the.heldSent).toHaveLength(5);
    expect(purchase.step.value).toMatchObject({ at: 'refused', problem: { code: 'offline' } });
    the.holds = [ok(hold)];
    await purchase.again();
    expect(the.heldSent.at(-1)?.key).toBe(the.heldSent[0]?.key);
    expect(at()).toBe('held');
  });

  it('keeps the hold on the page while an order is not decided, and its key', async () => {
    the.holds = [ok(hold)];
    await purchase.start(wish);
    await purchase.order();
    expect(at()).toBe('held');
    expect(purchase.problem.value?.code).toBe('offline');
    the.orders = [ok(order('PAID', 'CAPTURED', 'none'))];
    await purchase.order();
    expect(new Set(the.orderSent.map(({ key }) => key)).size).toBe(1);
    expect(at()).toBe('ordered');
  });
});

describe('refusals', () => {
  it('of the hold end the purchase, without another try', async () => {
    the.holds = [no(409, 'sold_out')];
    await purchase.start(wish);
    expect(the.heldSent).toHaveLength(1);
    expect(purchase.step.value).toMatchObject({ at: 'refused', problem: { code: 'sold_out' } });
  });

  it('of the price show today’s total, which the next press agrees to', async () => {
    the.holds = [ok(hold)];
    await purchase.start(wish);
    the.orders = [no(409, 'price_changed', { total: 15_600 }), ok(order('PAID', 'CAPTURED', 'none'))];
    await purchase.order();
    expect([at(), purchase.total.value, purchase.problem.value?.code]).toEqual(['held', 15_600, 'price_changed']);
    await purchase.order();
    expect(the.orderSent[1]?.body).toMatchObject({ expected_total: 15_600 });
  });

  it('of the order that cost the hold lead back to a new one', async () => {
    the.holds = [ok(hold), ok({ ...hold, id: 9002 })];
    await purchase.start(wish);
    the.orders = [no(409, 'sold_out')];
    await purchase.order();
    expect(at()).toBe('refused');
    await purchase.again();
    expect(the.heldSent[1]?.key).not.toBe(the.heldSent[0]?.key);
    expect(at()).toBe('held');
  });

  it('already_held goes on with that hold', async () => {
    the.holds = [no(409, 'already_held', { receipt: 9001 })];
    the.open = ok([hold]);
    await purchase.start(wish);
    expect(purchase.step.value).toEqual({ at: 'held', hold });
  });

  it('already_held by an unpaid order goes on with that order', async () => {
    the.holds = [no(409, 'already_held', { receipt: 9100 })];
    the.reads = [ok(order('PAID', 'CAPTURED', 'none'))];
    await purchase.start(wish);
    expect(purchase.step.value).toMatchObject({ at: 'ordered', order: { id: 9100 } });
  });
});

describe('time and leaving', () => {
  it('says when the hold is over, and takes a new one with a new key', async () => {
    the.holds = [ok(hold), ok({ ...hold, id: 9002 })];
    await purchase.start(wish);
    the.now = 299_000;
    purchase.tick();
    expect([at(), purchase.leftMs.value]).toEqual(['held', 1000]);
    the.now = 300_000;
    purchase.tick();
    expect(at()).toBe('expired');
    await purchase.again();
    expect(the.heldSent[1]?.key).not.toBe(the.heldSent[0]?.key);
  });

  it('gives the hold back to who leaves', async () => {
    the.holds = [ok(hold)];
    await purchase.start(wish);
    purchase.leave();
    expect([at(), the.released]).toEqual(['idle', [9001]]);
  });

  it('gives back a hold that arrives after the buyer left', async () => {
    the.holds = [ok(hold)];
    const taken = purchase.start(wish);
    purchase.leave();
    await taken;
    expect([at(), the.released]).toEqual(['idle', [9001]]);
  });

  it('stops asking for an order whose page is gone', async () => {
    the.holds = [ok(hold)];
    await purchase.start(wish);
    the.orders = [ok(order('PENDING_PAYMENT', 'REQUIRES_ACTION', 'wait'))];
    the.wait = async () => purchase.stop();
    await purchase.order();
    expect(at()).toBe('ordered');
  });
});
