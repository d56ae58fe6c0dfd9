import { describe, expect, it } from 'vitest';
import { words as en } from '../../shared/shop/i18n/en';
import { words as ko } from '../../shared/shop/i18n/ko';
import { wayOn } from './way-on';

// The contract's section 7, in its order, and what a buyer can meet beside it.
const codes: [string, ReturnType<typeof wayOn>][] = [
  ['sold_out', 'others'],
  ['all_held', 'retry'],
  ['limit_reached', 'orders'],
  ['cooling_down', 'wait'],
  ['already_held', 'receipt'],
  ['not_on_sale', 'others'],
  ['coupon_refused', 'cart'],
  ['coupon_used_up', 'cart'],
  ['price_changed', 'agree'],
  ['wrong_state', 'orders'],
  ['address_missing', 'address'],
  ['cart_empty', 'others'],
  ['no_orders', 'others'],
  ['changed_meanwhile', 'reload'],
  ['idempotency_key_reused', 'retry'],
  ['request_in_flight', 'retry'],
  ['busy', 'retry'],
  ['not_selling', 'wait'],
  ['product_not_found', 'others'],
  ['sku_not_found', 'others'],
  ['order_not_found', 'orders'],
  ['hold_not_found', 'retry'],
  ['deal_not_found', 'others'],
  ['picture_not_found', 'reload'],
  ['shop_not_found', 'others'],
  ['sign_in_required', 'sign-in'],
];

describe('every refusal', () => {
  it.each(codes)('%s has words in both languages, and a way on: %s', (code, way) => {
    for (const words of [en, ko]) expect((words.problems as Record<string, string>)[code]).toMatch(/\S{2}/);
    expect(wayOn({ code })).toBe(way);
  });

  it('of a later server can at least be tried again', () => expect(wayOn({ code: 'too_early_in_the_day' })).toBe('retry'));
});
