import type { JSX } from 'preact';
import { formatMoney } from '../../i18n/money';
import { shopWords } from './words';

interface SumsProps {
  sums: { currency: string; subtotal: number; discount: number; shipping: number; tax: number; total: number };
}

/** What is paid, and of what it is made. */
export function Sums({ sums: { currency, subtotal, discount, shipping, tax, total } }: SumsProps): JSX.Element {
  const words = shopWords.words.value.sums;
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

export function Sum({ label, value, strong = false, testid }: { label: string; value: string; strong?: boolean; testid?: string }): JSX.Element {
  return (
    <div class={strong ? 'sums__row sums__row--strong' : 'sums__row'}>
      <dt>{label}</dt>
      <dd data-testid={testid}>{value}</dd>
    </div>
  );
}
