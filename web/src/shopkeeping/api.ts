import { call, get, send, Creation, type Outcome } from '../api/call';
import { randomKey } from '../api/random-key';
import { amount, count, flag, list, oneOf, optional, optionalText, record, text, type Of } from '../api/read';
import { readPicture, type Picture } from '../api/shop/catalogue';
import { orderShape, summaryShape } from '../api/shop/orders';
import { readBoth, type Both } from '../api/shop/text';
import { studioShop } from '../session/shops';

/** The routes of a shop's own staff. */
export const shopPath = (rest: string): string => `/api/v1/shops/${encodeURIComponent(studioShop.peek())}${rest}`;

export const readSku = record({
  sku: count,
  product: count,
  option: optional(readBoth),
  price: count,
  currency: text,
  tax_percent: count,
  per_order_max: count,
  on_sale: flag,
  on_hand: amount,
  available: amount,
  held: count,
  sold: count,
});
export type StudioSku = Of<typeof readSku>;

export const readStudioProduct = record({
  id: count,
  category: text,
  name: readBoth,
  description: readBoth,
  option_name: optional(readBoth),
  picture: optionalText,
  pictures: list(readPicture),
  currency: text,
  price_min: count,
  price_max: count,
  hidden: flag,
  created_at: text,
  changed_at: text,
  skus: list(readSku),
});
export type StudioProduct = Of<typeof readStudioProduct>;

export const fetchStudioProduct = (product: number): Promise<Outcome<StudioProduct>> => get(shopPath(`/products/${product}`), readStudioProduct);
export const changeProduct = (product: number, change: object): Promise<Outcome<StudioProduct>> => send('PATCH', shopPath(`/products/${product}`), change, readStudioProduct);
export const newProduct = (): Creation<StudioProduct> => new Creation(shopPath('/products'), readStudioProduct);
export const newSku = (product: number): Creation<StudioSku> => new Creation(shopPath(`/products/${product}/skus`), readSku);
export const changeSku = (sku: number, change: object): Promise<Outcome<StudioSku>> => send('PATCH', shopPath(`/skus/${sku}`), change, readSku);
export const saveCategory = (id: string, name: Both, place: number): Promise<Outcome<unknown>> =>
  send('PUT', shopPath(`/categories/${encodeURIComponent(id)}`), { name, place }, () => null);
export const uploadPicture = (picture: Blob): Promise<Outcome<Picture>> =>
  call('POST', shopPath('/pictures'), { read: readPicture, body: picture, idempotencyKey: randomKey() });

/** All products, for a choice among them; beyond 500 the newest are offered. */
export async function fetchAllProducts(): Promise<Outcome<StudioProduct[]>> {
  const read = record({ products: list(readStudioProduct), next_cursor: optionalText });
  const all: StudioProduct[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 5; page++) {
    const outcome: Outcome<Of<typeof read>> = await get(shopPath(`/products?limit=100${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`), read);
    if (!outcome.ok) return outcome;
    all.push(...outcome.value.products);
    cursor = outcome.value.next_cursor;
    if (cursor === null) break;
  }
  return { ok: true, value: all };
}

export const readStockAnswer = record({
  sku: count,
  on_hand: amount,
  available: amount,
  held: count,
  sold: count,
  moves: list(record({ number: count, on_hand: amount, sold: amount, reason: text, subject: optional(count), at: text })),
  next_cursor: optionalText,
});
export type StockAnswer = Of<typeof readStockAnswer>;
export const fetchStock = (sku: number, cursor: string | null = null): Promise<Outcome<StockAnswer>> =>
  get(shopPath(`/skus/${sku}/stock${cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`}`), readStockAnswer);
export const newMove = (sku: number): Creation<StockAnswer> => new Creation(shopPath(`/skus/${sku}/stock`), readStockAnswer);

export const readDeal = record({
  id: count,
  sku: count,
  name: readBoth,
  price: count,
  was: count,
  currency: text,
  quantity: count,
  per_account_max: count,
  starts_at: text,
  ends_at: text,
  state: oneOf('ended', 'scheduled', 'running'),
  left: count,
  held: count,
  sold: count,
});
export type StudioDeal = Of<typeof readDeal>;
export const newDeal = (): Creation<StudioDeal> => new Creation(shopPath('/deals'), readDeal);
export const turnDeal = (deal: number, to: 'start' | 'end'): Promise<Outcome<StudioDeal>> => send('POST', shopPath(`/deals/${deal}/${to}`), {}, readDeal);

export const readCoupon = record({
  id: count,
  code: text,
  percent_off: optional(count),
  minor_off: optional(count),
  minimum: count,
  quota: count,
  used: count,
  per_account_max: count,
  ends_at: text,
});
export type Coupon = Of<typeof readCoupon>;
export const fetchCoupons = (): Promise<Outcome<Coupon[]>> => get(shopPath('/coupons'), (value) => record({ coupons: list(readCoupon) })(value).coupons);
export const newCoupon = (): Creation<Coupon> => new Creation(shopPath('/coupons'), readCoupon);

const readBuyer = record({ id: text, login: text, display_name: text });
export const readShopSummary = record({ ...summaryShape, buyer: readBuyer });
export type ShopSummary = Of<typeof readShopSummary>;
export const readShopOrder = record({
  ...orderShape,
  buyer: readBuyer,
  refunds: list(record({ id: count, amount: count, state: text, at: text })),
});
export type ShopOrder = Of<typeof readShopOrder>;

const orderPath = (order: number, rest = ''): string => shopPath(`/orders/${order}${rest}`);
export const fetchShopOrder = (order: number): Promise<Outcome<ShopOrder>> => get(orderPath(order), readShopOrder);
export const cancelShopOrder = (order: number): Promise<Outcome<ShopOrder>> => send('POST', orderPath(order, '/cancel'), {}, readShopOrder);
export const moveStage = (order: number, to: string): Promise<Outcome<ShopOrder>> => send('POST', orderPath(order, '/stage'), { to }, readShopOrder);
export const newRefund = (order: number): Creation<ShopOrder> => new Creation(orderPath(order, '/refunds'), readShopOrder);

const salesRow = { orders: count, units: count, gross: count, refunded: count };
export const readSales = record({
  shop: text,
  currency: text,
  by: oneOf('hour', 'day'),
  rows: list(record({ at: text, ...salesRow })),
  total: record(salesRow),
  top: list(record({ sku: count, name: readBoth, units: count, gross: count })),
});
export type Sales = Of<typeof readSales>;
export const fetchSales = (by: 'hour' | 'day'): Promise<Outcome<Sales>> => get(shopPath(`/sales?by=${by}`), readSales);
