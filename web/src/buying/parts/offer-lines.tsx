import type { JSX } from 'preact';
import type { Deal, StockState } from '../../api/shop/stock';
import { formatCount, numberFormat } from '../../i18n';
import { formatMoney } from '../../i18n/money';
import { formatLeft, serverNowMs, untilMs } from '../../shared/shop/clock';
import { shopWords } from '../../shared/shop/words';
import { buyingWords } from '../words';

interface PriceProps {
  price: number;
  was?: number | null;
  currency: string;
  /** The cheapest of several. */
  from?: boolean;
}

export function Price({ price, was = null, currency, from = false }: PriceProps): JSX.Element {
  const words = buyingWords.words.value;
  const shown = formatMoney(price, currency);
  return (
    <span class="price">
      {was !== null && <span class="visually-hidden">{words.deal.now} </span>}
      <span class="price__now">{from ? words.price.from(shown) : shown}</span>
      {was !== null && was > 0 && (
        <>
          <span class="price__off">{words.deal.off(numberFormat({ style: 'percent' }).format(1 - price / was))}</span>
          <span class="visually-hidden"> {words.deal.was} </span>
          <s class="price__was">{formatMoney(was, currency)}</s>
        </>
      )}
    </span>
  );
}

/** Whether it can be had, in words; with a colour beside them, never by colour alone. */
export function StockLine({ state, left }: { state: StockState; left: number | null }): JSX.Element {
  const words = buyingWords.words.value.stock;
  const text = state === 'low' ? words.low(formatCount(left ?? 1)) : words[state];
  return (
    <span class="stock" data-testid="stock" data-state={state}>
      {text}
    </span>
  );
}

/** How long a deal lasts, or until it begins, and how much of it is left. */
export function DealLine({ deal, short = false }: { deal: Deal; short?: boolean }): JSX.Element {
  const words = buyingWords.words.value.deal;
  const { countdown } = shopWords.words.value;
  const running = deal.state === 'running';
  const ms = untilMs(running ? deal.ends_at : deal.starts_at, serverNowMs.value);
  const soon = running ? words.ending : words.starting;
  const time = ms === 0 ? soon : running ? countdown.endsIn(formatLeft(ms)) : countdown.startsIn(formatLeft(ms));
  return (
    <span class="deal-line">
      <span class="deal-line__time" data-testid="countdown">
        {time}
      </span>
      {running && deal.stock !== 'sold_out' && <span>{words.left(formatCount(deal.left), formatCount(deal.quantity))}</span>}
      {!short && deal.per_account_max > 0 && <span>{words.perAccount(formatCount(deal.per_account_max))}</span>}
    </span>
  );
}
