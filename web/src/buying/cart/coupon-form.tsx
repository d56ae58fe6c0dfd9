import type { JSX } from 'preact';
import type { Outcome } from '../../api/call';
import { setCoupon, type Cart } from '../../api/shop/cart';
import { formatMoney } from '../../i18n/money';
import { TextField } from '../../shared/form/fields';
import { Form, useForm } from '../../shared/form/form';
import { shopWords } from '../../shared/shop/words';
import { buyingWords } from '../words';

interface CouponFormProps {
  cart: Cart;
  changed(change: Promise<Outcome<Cart>>): Promise<boolean>;
}

/** The one coupon of the cart: what it does, or why it does nothing. */
export function CouponForm({ cart, changed }: CouponFormProps): JSX.Element {
  const words = buyingWords.words.value.cart;
  const form = useForm({
    names: ['code'],
    check: ({ code }) => ({ code: code.trim() === '' ? words.couponMissing : undefined }),
    send: async ({ code }) => {
      const outcome = await setCoupon(cart.shop, code.trim());
      if (!outcome.ok) return { ...outcome.problem, field: 'code' };
      await changed(Promise.resolve(outcome));
      return null;
    },
    words: () => shopWords.words.value.problems,
  });
  if (!cart.coupon) {
    return (
      <Form model={form} action={words.couponAction} testid="coupon-form" resets>
        <TextField name="code" label={words.coupon} maxLength={64} verbatim mono />
      </Form>
    );
  }
  const { code, state } = cart.coupon;
  return (
    <div class="coupon" data-testid="coupon" data-state={state}>
      <p>
        <strong>{code}</strong>
        <span class={state === 'applied' ? 'coupon__good' : 'coupon__bad'}>{couponWords(cart.coupon, cart.currency)}</span>
      </p>
      <button type="button" class="button button--quiet" data-testid="remove-coupon" onClick={() => void changed(setCoupon(cart.shop, null))}>
        {words.couponRemove}
      </button>
    </div>
  );
}

function couponWords({ state, discount, minimum }: NonNullable<Cart['coupon']>, currency: string): string {
  const words = buyingWords.words.value.cart.coupons;
  if (state === 'applied') return words.applied(formatMoney(discount, currency));
  if (state === 'below_minimum') return words.below_minimum(formatMoney(minimum, currency));
  return words[state];
}
