import type { JSX } from 'preact';
import { paymentPhase, type Order } from '../../api/shop/orders';
import { buyingWords } from '../words';
import { PayForm } from './pay-form';

/** What happens to the money of an order, as it happens; screen readers hear each change. */
export function PaymentStatus({ order, slow = false }: { order: Order; slow?: boolean }): JSX.Element {
  const words = buyingWords.words.value.payment;
  const phase = paymentPhase(order);
  const { title, text } = words[phase];
  return (
    <>
      <div class="payment" role="status" data-testid="payment" data-phase={phase}>
        <p class="payment__title">{title}</p>
        <p>{text}</p>
        {slow && <p>{words.slow}</p>}
      </div>
      {phase === 'paying' && <PayForm order={order} />}
    </>
  );
}
