import type { Problem } from '../../api/problem';

/**
 * What a buyer can do after a refusal: each code has one way on, and none is a dead end.
 * `retry` press again · `wait` it becomes possible by itself · `others` look at other products · `receipt` the hold or
 * order that exists already · `agree` look at today's total · `reload` read what changed.
 */
export type WayOn = 'retry' | 'wait' | 'others' | 'receipt' | 'orders' | 'agree' | 'address' | 'cart' | 'reload' | 'sign-in';

const ways: Partial<Record<string, WayOn>> = {
  sold_out: 'others',
  all_held: 'retry',
  limit_reached: 'orders',
  cooling_down: 'wait',
  already_held: 'receipt',
  not_on_sale: 'others',
  coupon_refused: 'cart',
  coupon_used_up: 'cart',
  price_changed: 'agree',
  wrong_state: 'orders',
  address_missing: 'address',
  cart_empty: 'others',
  several_shops: 'others',
  invalid_shop: 'others',
  no_orders: 'others',
  changed_meanwhile: 'reload',
  idempotency_key_reused: 'retry',
  busy: 'retry',
  not_selling: 'wait',
  request_in_flight: 'retry',
  product_not_found: 'others',
  sku_not_found: 'others',
  order_not_found: 'orders',
  hold_not_found: 'retry',
  deal_not_found: 'others',
  picture_not_found: 'reload',
  shop_not_found: 'others',
  sign_in_required: 'sign-in',
  session_required: 'sign-in',
};

/** A code of a later server can at least be tried again. */
export const wayOn = ({ code }: Pick<Problem, 'code'>): WayOn => ways[code] ?? 'retry';
