import type { JSX } from 'preact';
import type { Cart } from '../../api/selling/cart';
import { formatMoney } from '../../i18n/money';
import { Sum } from '../buying/purchase-view';
import { shopWords } from '../words';

interface SumsProps {
  sums: { currency: string; subtotal: number; discount: number; shipping: number; tax: number; total: number };
}

/** What is paid, and of what it is made. */
export function Sums({ sums: { currency, subtotal, discount, shipping, tax, total } }: SumsProps): JSX.Element {
  const words = shopWords.words.value.cart;
  return (
    <>
      <dl class="sums">
        <Sum label={words.subtotal} value={formatMoney(subtotal, currency)} />
        {discount > 0 && <Sum label={words.discount} value={`− ${formatMoney(discount, currency)}`} />}
        <Sum label={words.shipping} value={shipping > 0 ? formatMoney(shipping, currency) : words.free} />
        <Sum label={words.total} value={formatMoney(total, currency)} strong testid="total" />
      </dl>
      <p class="field__hint">{words.tax(formatMoney(tax, currency))}</p>
    </>
  );
}

/** Why the cart cannot be ordered: lines that say so themselves, else the coupon. */
export function blockedWords({ lines, coupon }: Pick<Cart, 'lines' | 'coupon'>): string {
  const words = shopWords.words.value.cart;
  const byLine = lines.some(({ notes }) => notes.some((note) => note !== 'price_changed'));
  return !byLine && coupon !== null && coupon.state !== 'applied' ? words.blockedByCoupon : words.blocked;
}
