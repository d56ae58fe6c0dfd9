import type { JSX } from 'preact';
import type { Order, Stage } from '../../api/shop/orders';
import { said } from '../../api/shop/text';
import { formatCount, formatTime } from '../../i18n';
import { formatMoney } from '../../i18n/money';
import { Link } from '../router';
import { ProductPicture } from './product-picture';
import { shopWords } from './words';

const stages: readonly Stage[] = ['ordered', 'preparing', 'shipped', 'delivered'];

/** How far the parcel is. */
export function OrderProgress({ order }: { order: Pick<Order, 'stage'> }): JSX.Element {
  const words = shopWords.words.value.orders;
  const at = stages.indexOf(order.stage);
  return (
    <ol class="progress" aria-label={words.progress} data-testid="progress" data-stage={order.stage}>
      {stages.map((stage, index) => (
        <li key={stage} class="progress__stage" data-done={index <= at ? '' : undefined} aria-current={index === at ? 'step' : undefined}>
          {words.stages[stage]}
        </li>
      ))}
    </ol>
  );
}

export function OrderLines({ order: { lines, currency } }: { order: Pick<Order, 'lines' | 'currency'> }): JSX.Element {
  const words = shopWords.words.value.orders;
  return (
    <ul class="cart__lines">
      {lines.map((line) => (
        <li key={line.line} class="cart__line cart__line--still" data-testid="order-line" data-line={line.line}>
          <ProductPicture url={line.picture} name={said(line.name)} width={160} />
          <div class="cart__words">
            {line.product === null ? (
              <span class="cart__name">{said(line.name)}</span>
            ) : (
              <Link href={`/products/${line.product}`} class="cart__name">
                {said(line.name)}
              </Link>
            )}
            <span class="cart__facts">
              {formatMoney(line.unit_price, currency)} × {formatCount(line.quantity)}
            </span>
            {line.refunded_units > 0 && <span class="tag tag--warn">{words.refundedUnits(formatCount(line.refunded_units))}</span>}
          </div>
          <p class="cart__total">{formatMoney(line.total, currency)}</p>
        </li>
      ))}
    </ul>
  );
}

/** What happened to an order, the newest last. */
export function OrderHistory({ order: { history } }: { order: Pick<Order, 'history'> }): JSX.Element {
  const words = shopWords.words.value.orders;
  return (
    <ol class="order-history" data-testid="order-history">
      {history.map(({ state, at }, index) => (
        <li key={index}>
          <span>{words.states[state]}</span>
          <time dateTime={at}>{formatTime(at)}</time>
        </li>
      ))}
    </ol>
  );
}
