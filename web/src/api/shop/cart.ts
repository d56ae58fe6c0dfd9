import { call, get, remove, type Outcome } from '../call';
import { count, flag, list, oneOf, optional, optionalText, record, text, type Of, type Read } from '../read';
import { readBoth } from './text';

const noteNames = ['price_changed', 'short', 'all_held', 'sold_out', 'not_on_sale', 'over_limit'] as const;
export type CartNote = (typeof noteNames)[number];

/** A note of a later server has no words here, and is left out: `can_order` still says whether it matters. */
const readNotes: Read<CartNote[]> = (value) => list(text)(value).flatMap((note) => noteNames.find((known) => known === note) ?? []);

export const readCart = record({
  shop: text,
  version: count,
  currency: text,
  lines: list(
    record({
      sku: count,
      product: count,
      name: readBoth,
      option: optional(readBoth),
      picture: optionalText,
      quantity: count,
      deal: optional(count),
      unit_price: count,
      list_price: count,
      seen_price: count,
      line_total: count,
      discount: count,
      tax: count,
      state: text,
      left: optional(count),
      notes: readNotes,
    }),
  ),
  coupon: optional(
    record({
      code: text,
      state: oneOf('unknown', 'applied', 'ended', 'below_minimum', 'used', 'used_up'),
      discount: count,
      minimum: count,
    }),
  ),
  subtotal: count,
  discount: count,
  shipping: count,
  tax: count,
  total: count,
  has_address: flag,
  can_order: flag,
});
export type Cart = Of<typeof readCart>;
export type CartLine = Cart['lines'][number];

const at = (path: string, shop: string): string => `/api/v1/cart${path}?${new URLSearchParams({ shop })}`;

export const fetchCart = (shop: string): Promise<Outcome<Cart>> => get(at('', shop), readCart);
/** Adds to what is there. */
export const addToCart = (shop: string, sku: number, quantity: number): Promise<Outcome<Cart>> =>
  call('POST', at('/lines', shop), { read: readCart, body: { sku, quantity } });
/** Sets it, and says that its price of now was seen. */
export const setCartLine = (shop: string, sku: number, quantity: number): Promise<Outcome<Cart>> =>
  call('PUT', at(`/lines/${sku}`, shop), { read: readCart, body: { quantity } });
export const removeCartLine = (shop: string, sku: number): Promise<Outcome<Cart>> => call('DELETE', at(`/lines/${sku}`, shop), { read: readCart });
export const setCoupon = (shop: string, code: string | null): Promise<Outcome<Cart>> =>
  call('PUT', at('/coupon', shop), { read: readCart, body: { code } });
export const emptyCart = (shop: string): Promise<Outcome<null>> => remove(at('', shop));
