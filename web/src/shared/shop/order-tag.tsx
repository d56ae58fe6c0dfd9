import type { JSX } from 'preact';
import type { OrderState } from '../../api/shop/orders';
import { shopWords } from './words';

const looks: Partial<Record<OrderState, string>> = {
  PENDING_PAYMENT: 'tag tag--warn',
  REFUND_PENDING: 'tag tag--warn',
  CANCELLED: 'tag tag--bad',
  EXPIRED: 'tag tag--bad',
};

export function OrderTag({ state }: { state: OrderState }): JSX.Element {
  return (
    <span class={looks[state] ?? 'tag'} data-testid="order-state">
      {shopWords.words.value.orders.states[state]}
    </span>
  );
}
