import type { Cart } from '../../api/shop/cart';
import { buyingWords } from '../words';

/** Why the cart cannot be ordered: lines that say so themselves, else the coupon. */
export function blockedWords({ lines, coupon }: Pick<Cart, 'lines' | 'coupon'>): string {
  const words = buyingWords.words.value.cart;
  const byLine = lines.some(({ notes }) => notes.some((note) => note !== 'price_changed'));
  return !byLine && coupon !== null && coupon.state !== 'applied' ? words.blockedByCoupon : words.blocked;
}
