// The selling contract in memory: a shelf of products, deals, carts, holds and orders whose fake payment takes two
// seconds. Enough for every selling page to be drawn and walked through; it proves nothing about overselling.
import { Problem } from './mock-people.mjs';

const minute = 60_000;
const iso = (ms) => new Date(ms).toISOString();
const both = (ko, en) => ({ ko, en });
const currency = 'KRW';

const categories = [
  { id: 'lips', name: both('립', 'Lips') },
  { id: 'skin', name: both('스킨케어', 'Skin care') },
  { id: 'scent', name: both('향수', 'Fragrance') },
];

const shelf = [
  ['lips', '벨벳 립스틱', 'Velvet lipstick', 18_000, ['로즈/Rose', '코랄/Coral', '플럼/Plum']],
  ['lips', '글로우 립밤', 'Glow lip balm', 9_000, []],
  ['skin', '히알루론 수분 세럼 대용량 기획 세트', 'Hyaluronic moisture serum, large value set', 42_000, []],
  ['skin', '카밍 시카 크림', 'Calming cica cream', 26_000, ['50ml/50 ml', '100ml/100 ml']],
  ['scent', '라벤더 오 드 뚜왈렛', 'Lavender eau de toilette', 68_000, []],
  ['skin', '데일리 선 스틱', 'Daily sun stick', 15_000, []],
];

const stockOf = { 4: 3, 5: 0 };

export class MockShop {
  sequence = 9000;
  carts = new Map();
  holds = [];
  orders = [];
  addresses = new Map();
  keys = new Map();

  constructor() {
    let sku = 40;
    this.categories = categories.map((each, place) => ({ ...each, place }));
    this.products = shelf.map(([category, ko, en, price, options], index) => ({
      ...{ id: index + 1, shop: 'main', category, name: both(ko, en), picture: null, pictures: [], hidden: false, currency },
      description: both(`${ko}: 매일 쓰기 좋은 상품이에요.\n성분과 사용법은 방송에서 알려드려요.`, `${en}: made for every day.\nThe host shows how to use it.`),
      option_name: options.length > 0 ? both('옵션', 'Option') : null,
      ...{ created_at: iso(Date.now() - 90 * minute), changed_at: iso(Date.now() - minute) },
      skus: (options.length > 0 ? options : [null]).map((option, at) => ({
        ...{ sku: ++sku, product: index + 1, option: option && both(...option.split('/')), price: price + at * 1000, currency },
        ...{ tax_percent: 10, per_order_max: 0, on_sale: true, on_hand: stockOf[index + 1] ?? 40, held: 0, sold: 0 },
      })),
    }));
    const now = Date.now();
    const deal = (of, price, quantity, left, from, to) => ({ id: ++this.sequence, sku: this.products[of].skus[0].sku, name: this.products[of].name, price, was: this.products[of].skus[0].price, currency, quantity, per_account_max: 2, left, held: 1, sold: quantity - left - 1, starts_at: iso(now + from), ends_at: iso(now + to) });
    this.deals = [deal(0, 12_600, 100, 37, -5 * minute, 20 * minute), deal(2, 29_400, 50, 50, 30 * minute, 90 * minute), deal(1, 6_000, 30, 1, -200 * minute, -90 * minute)];
    this.coupons = [{ id: 8800, code: 'WELCOME10', percent_off: 10, minor_off: null, minimum: 10_000, quota: 500, used: 37, per_account_max: 1, ends_at: iso(now + 1e9) }];
  }

  sku(id) {
    for (const product of this.products) for (const sku of product.skus) if (sku.sku === Number(id)) return { product, sku };
    throw new Problem(404, 'sku_not_found');
  }

  state = ({ starts_at, ends_at }) => (Date.parse(ends_at) <= Date.now() ? 'ended' : Date.parse(starts_at) > Date.now() ? 'scheduled' : 'running');
  running = (sku) => this.deals.find((deal) => deal.sku === sku && this.state(deal) === 'running' && deal.left > 0);
  available = (sku) => sku.on_hand - sku.held;
  stockState = (left) => (left <= 0 ? 'sold_out' : left <= 5 ? 'low' : 'available');

  card({ id, shop, category, name, picture, skus }) {
    const prices = skus.map(({ price }) => price);
    return { id, shop, category, name, picture, currency, price_min: Math.min(...prices), price_max: Math.max(...prices), skus: skus.map(({ sku }) => sku) };
  }

  studio(product) {
    return { ...this.card(product), ...product, skus: product.skus.map((sku) => ({ ...sku, available: this.available(sku) })) };
  }

  find(url, products) {
    const q = (url.searchParams.get('q') ?? '').toLowerCase().normalize('NFD');
    const category = url.searchParams.get('category');
    return products.filter(({ name, category: own }) => (!category || own === category) && `${name.ko} ${name.en}`.toLowerCase().normalize('NFD').includes(q));
  }

  stock() {
    return {
      ...{ shop: 'main', version: this.sequence, currency },
      skus: this.products.flatMap(({ skus }) => skus.map((sku) => {
        const left = this.available(sku);
        return { sku: sku.sku, state: sku.sku === 49 ? 'held' : this.stockState(left), left: left <= 5 ? left : null, price: sku.price, deal: this.running(sku.sku)?.id ?? null };
      })),
      deals: this.deals.filter((deal) => this.state(deal) !== 'ended').map((deal) => ({ ...deal, state: this.state(deal), stock: this.stockState(deal.left) })),
    };
  }

  buyer(who) {
    if (!who) throw new Problem(401, 'sign_in_required');
    return who.account.public.login;
  }

  priceOf(sku) {
    return this.running(sku.sku)?.price ?? sku.price;
  }

  cart(login) {
    const kept = this.carts.get(login) ?? { version: 1, lines: [], coupon: null };
    this.carts.set(login, kept);
    const lines = kept.lines.map(({ sku: id, quantity }) => {
      const { product, sku } = this.sku(id);
      const unit_price = this.priceOf(sku);
      const left = this.available(sku);
      const notes = left <= 0 ? ['sold_out'] : left < quantity ? ['short'] : [];
      return { sku: id, product: product.id, name: product.name, option: sku.option, picture: product.picture, quantity, deal: this.running(id)?.id ?? null, unit_price, list_price: sku.price, seen_price: unit_price, line_total: unit_price * quantity, discount: 0, tax: Math.round((unit_price * quantity) / 11), state: this.stockState(left), left, notes };
    });
    const subtotal = lines.reduce((sum, line) => sum + line.line_total, 0);
    const known = this.coupons.find(({ code }) => code === kept.coupon);
    const state = !known ? 'unknown' : subtotal < known.minimum ? 'below_minimum' : 'applied';
    const discount = state === 'applied' ? Math.round(known.percent_off ? (subtotal * known.percent_off) / 100 : known.minor_off) : 0;
    const total = subtotal - discount;
    return { shop: 'main', version: kept.version, currency, lines, coupon: kept.coupon && { code: kept.coupon, state, discount, minimum: known?.minimum }, subtotal, discount, shipping: 0, tax: Math.round(total / 11), total, has_address: this.addresses.has(login), can_order: lines.length > 0 && lines.every(({ notes }) => notes.length === 0) };
  }

  change(who, act) {
    const login = this.buyer(who);
    this.cart(login);
    const kept = this.carts.get(login);
    act(kept);
    kept.lines = kept.lines.filter(({ quantity }) => quantity > 0);
    kept.version += 1;
    return { body: this.cart(login) };
  }

  once(request, make) {
    const key = request.headers['idempotency-key'];
    if (key && this.keys.has(key)) return { status: 200, body: this.keys.get(key), headers: { 'Idempotency-Replayed': 'true' } };
    const body = make();
    if (key) this.keys.set(key, body);
    return { status: 201, body };
  }

  hold(login, { sku: id, quantity }) {
    const { sku } = this.sku(id);
    const open = this.holds.find((hold) => hold.login === login && hold.sku === id && Date.parse(hold.expires_at) > Date.now());
    if (open) throw new Problem(409, 'already_held', { more: { receipt: open.id } });
    if (id === 49) throw new Problem(409, 'all_held', { more: { shorts: [{ sku: id, lines: [0], wanted: quantity, available: 0, may_return: true }] } });
    if (this.available(sku) < quantity) throw new Problem(409, 'sold_out');
    sku.held += quantity;
    const hold = { login, id: ++this.sequence, sequence: this.sequence, shop: 'main', sku: id, deal: this.running(id)?.id ?? null, quantity, price: this.priceOf(sku), currency, expires_at: iso(Date.now() + 5 * minute), server_time: iso(Date.now()) };
    this.holds.push(hold);
    return hold;
  }

  order(who, body) {
    const login = this.buyer(who);
    if (!this.addresses.has(login)) throw new Problem(409, 'address_missing');
    const cart = this.cart(login);
    const wanted = body.lines ?? cart.lines;
    const lines = wanted.map(({ sku: id, quantity }, line) => {
      const { product, sku } = this.sku(id);
      const held = this.holds.find((hold) => hold.login === login && hold.sku === id);
      this.holds = this.holds.filter((hold) => hold !== held);
      if (held) sku.held -= held.quantity;
      const unit_price = held?.price ?? this.priceOf(sku);
      sku.on_hand -= quantity;
      sku.sold += quantity;
      const name = sku.option ? both(`${product.name.ko} / ${sku.option.ko}`, `${product.name.en} / ${sku.option.en}`) : product.name;
      return { line, sku: id, deal: null, name, product: product.id, picture: product.picture, quantity, unit_price, discount: 0, total: unit_price * quantity, tax_percent: 10, tax: Math.round((unit_price * quantity) / 11), refunded_units: 0 };
    });
    const subtotal = lines.reduce((sum, line) => sum + line.total, 0);
    const discount = body.lines ? 0 : cart.discount;
    const now = Date.now();
    const order = { who: who.account.public, id: ++this.sequence, sequence: this.sequence, shop: 'main', stage: 'ordered', currency, subtotal, discount, shipping: 0, tax: Math.round((subtotal - discount) / 11), total: subtotal - discount, refunded: 0, coupon: null, placed: now, placed_at: iso(now), pay_by: iso(now + 10 * minute), address: this.addresses.get(login), lines, refunds: [], gone: null };
    this.orders.unshift(order);
    if (!body.lines) this.carts.delete(login);
    return this.told(order);
  }

  told({ who, placed, gone, ...order }, staff = false) {
    const paid = Date.now() - placed > 2000;
    const delivered = { ordered: 'PAID', preparing: 'PREPARING', shipped: 'SHIPPED', delivered: 'DELIVERED' }[order.stage];
    const state = gone ?? (!paid ? 'PENDING_PAYMENT' : order.refunded > 0 ? (order.refunded === order.total ? 'REFUNDED' : 'PART_REFUNDED') : delivered);
    const history = [{ state: 'PENDING_PAYMENT', at: order.placed_at, note: 'placed' }, ...(paid ? [{ state: 'PAID', at: iso(placed + 2000), note: '' }] : [])];
    return { ...order, state, history, server_time: iso(Date.now()), payment: { provider: 'fake', state: paid ? 'CAPTURED' : 'REQUIRES_ACTION', next: paid || gone ? 'none' : 'wait' }, can_cancel: !gone && (order.stage === 'ordered' || order.stage === 'preparing'), ...(staff && { buyer: who }) };
  }

  summary(order, staff) {
    const { id, shop, state, stage, total, refunded, placed_at, pay_by, lines, buyer } = this.told(order, staff);
    return { id, shop, state, stage, currency, total, refunded, placed_at, pay_by, units: lines.reduce((sum, { quantity }) => sum + quantity, 0), first_line: { name: lines[0].name, picture: null }, ...(staff && { buyer }) };
  }

  orderOf(id, who) {
    const order = this.orders.find((each) => each.id === Number(id) && (!who || each.who.login === who.account.public.login));
    if (!order) throw new Problem(404, 'order_not_found');
    return order;
  }

  sales(by) {
    const step = by === 'day' ? 1440 * minute : 60 * minute;
    const now = Math.floor(Date.now() / step) * step;
    const rows = Array.from({ length: by === 'day' ? 30 : 24 }, (_, i) => ({ at: iso(now - (29 - i) * step), orders: (i * 7) % 11, units: (i * 7) % 13, gross: ((i * 7) % 11) * 24_500, refunded: i % 9 === 4 ? 18_000 : 0 }));
    const sum = (of) => rows.reduce((total, row) => total + row[of], 0);
    return { shop: 'main', currency, by, rows, total: { orders: sum('orders'), units: sum('units'), gross: sum('gross'), refunded: sum('refunded') }, top: this.products.slice(0, 4).map(({ name, skus }, i) => ({ sku: skus[0].sku, name, units: 90 - i * 17, gross: (90 - i * 17) * skus[0].price })) };
  }

  routes() {
    const product = (id) => this.products.find((each) => each.id === Number(id)) ?? fail(404, 'product_not_found');
    const fail = (status, code) => {
      throw new Problem(status, code);
    };
    const moves = (sku) => ({ sku: sku.sku, on_hand: sku.on_hand, available: this.available(sku), held: sku.held, sold: sku.sold, moves: [{ number: 1, on_hand: sku.on_hand, sold: 0, reason: 'RECEIVED', subject: null, at: iso(Date.now() - 90 * minute) }], next_cursor: null });
    const staffOrder = (id) => ({ body: this.told(this.orderOf(id), true) });
    const dealRow = (deal) => ({ ...deal, state: this.state(deal) });
    return {
      'GET /categories': () => ({ body: { categories: this.categories.map((each) => ({ ...each, products: this.products.filter(({ category }) => category === each.id).length })) } }),
      'GET /products': ({ url }) => ({ body: { products: this.find(url, this.products.filter(({ hidden }) => !hidden)).map((each) => this.card(each)), next_cursor: null } }),
      'GET /products/:id': ({ id }) => ({ body: { ...this.card(product(id)), ...product(id), skus: product(id).skus.map(({ sku }) => sku), options: product(id).skus.map(({ sku, option, price, on_sale }) => ({ sku, name: option, price, tax_percent: 10, per_order_max: 0, on_sale })) } }),
      'GET /shops/main/stock': () => ({ body: this.stock(), headers: { ETag: `"${this.sequence}"` } }),
      'GET /carts': ({ who }) => {
        const { lines } = this.cart(this.buyer(who));
        return { body: { carts: lines.length > 0 ? [{ shop: 'main', lines: lines.length, units: lines.reduce((sum, { quantity }) => sum + quantity, 0) }] : [] } };
      },
      'GET /cart': ({ who }) => ({ body: this.cart(this.buyer(who)) }),
      'POST /cart/lines': ({ who, body }) => this.change(who, ({ lines }) => {
        const line = lines.find(({ sku }) => sku === body.sku);
        if (line) line.quantity += body.quantity;
        else lines.push({ sku: body.sku, quantity: body.quantity });
      }),
      'PUT /cart/lines/:sku': ({ who, sku, body }) => this.change(who, ({ lines }) => {
        const line = lines.find((each) => each.sku === Number(sku));
        if (line) line.quantity = body.quantity;
        else lines.push({ sku: Number(sku), quantity: body.quantity });
      }),
      'DELETE /cart/lines/:sku': ({ who, sku }) => this.change(who, (cart) => (cart.lines = cart.lines.filter((each) => each.sku !== Number(sku)))),
      'PUT /cart/coupon': ({ who, body }) => this.change(who, (cart) => (cart.coupon = body.code || null)),
      'DELETE /cart': ({ who }) => ({ status: 204, body: this.carts.delete(this.buyer(who)) }),
      'GET /account/address': ({ who }) => (this.addresses.has(this.buyer(who)) ? { body: this.addresses.get(this.buyer(who)) } : { status: 204 }),
      'PUT /account/address': ({ who, body }) => ({ body: (this.addresses.set(this.buyer(who), body), body) }),
      'GET /holds': ({ who }) => ({ body: { holds: this.holds.filter(({ login }) => login === this.buyer(who)).map((hold) => ({ ...hold, server_time: iso(Date.now()) })) } }),
      'POST /holds': ({ who, body, request }) => this.once(request, () => this.hold(this.buyer(who), body)),
      'DELETE /holds/:id': ({ id }) => {
        const hold = this.holds.find((each) => each.id === Number(id));
        if (hold) this.sku(hold.sku).sku.held -= hold.quantity;
        this.holds = this.holds.filter((each) => each !== hold);
        return { status: 204 };
      },
      'POST /orders': ({ who, body, request }) => this.once(request, () => this.order(who, body)),
      'GET /orders': ({ who }) => ({ body: { orders: this.orders.filter((each) => each.who.login === this.buyer(who)).map((each) => this.summary(each, false)), next_cursor: null } }),
      'GET /orders/:id': ({ who, id }) => ({ body: this.told(this.orderOf(id, who)) }),
      'POST /orders/:id/cancel': ({ who, id }) => ({ body: (Object.assign(this.orderOf(id, who), { gone: 'CANCELLED' }), this.told(this.orderOf(id, who))) }),
      'PUT /shops/main/categories/:id': ({ id, body }) => ({ body: (this.categories = [...this.categories.filter((each) => each.id !== id), { id, ...body }].sort((a, b) => a.place - b.place)).find((each) => each.id === id) }),
      'GET /shops/main/products': ({ url }) => ({ body: { products: this.find(url, this.products).map((each) => this.studio(each)), next_cursor: null } }),
      'GET /shops/main/products/:id': ({ id }) => ({ body: this.studio(product(id)) }),
      'PATCH /shops/main/products/:id': ({ id, body }) => ({ body: (Object.assign(product(id), body), this.studio(product(id))) }),
      'GET /shops/main/skus/:sku/stock': ({ sku }) => ({ body: moves(this.sku(sku).sku) }),
      'POST /shops/main/skus/:sku/stock': ({ sku, body }) => ((this.sku(sku).sku.on_hand += body.units), { status: 201, body: moves(this.sku(sku).sku) }),
      'GET /shops/main/deals': () => ({ body: { deals: this.deals.map(dealRow), next_cursor: null } }),
      'POST /shops/main/deals': ({ body, request }) => this.once(request, () => {
        const { product: of, sku } = this.sku(body.sku);
        const deal = { id: ++this.sequence, name: of.name, was: sku.price, currency, left: body.quantity, held: 0, sold: 0, starts_at: iso(Date.now()), ...body };
        this.deals.unshift(deal);
        return dealRow(deal);
      }),
      'GET /shops/main/coupons': () => ({ body: { coupons: this.coupons } }),
      'GET /shops/main/orders': () => ({ body: { orders: this.orders.map((each) => this.summary(each, true)), next_cursor: null } }),
      'GET /shops/main/orders/:id': ({ id }) => staffOrder(id),
      'POST /shops/main/orders/:id/stage': ({ id, body }) => (Object.assign(this.orderOf(id), { stage: body.to }), staffOrder(id)),
      'POST /shops/main/orders/:id/refunds': ({ id }) => {
        const order = this.orderOf(id);
        order.refunds.push({ id: ++this.sequence, amount: order.total, state: 'done', at: iso(Date.now()) });
        order.refunded = order.total;
        return staffOrder(id);
      },
      'GET /shops/main/sales': ({ url }) => ({ body: this.sales(url.searchParams.get('by')) }),
    };
  }
}
