import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { cancelOrder, fetchOrder, paymentPhase, unsettled, type Order } from '../../api/shop/orders';
import { formatTime } from '../../i18n';
import { formatMoney } from '../../i18n/money';
import { Confirm } from '../../shared/confirm';
import { Box, SheetPage, StaffPage } from '../../shared/page';
import { Loaded, useResource, type Resource } from '../../shared/resource';
import { Link } from '../../shared/router';
import { AddressText } from '../../shared/shop/address-text';
import { OrderHistory, OrderLines, OrderProgress } from '../../shared/shop/order-parts';
import { OrderTag } from '../../shared/shop/order-tag';
import { Sum, Sums } from '../../shared/shop/sums';
import { shopWords } from '../../shared/shop/words';
import { toast } from '../../shared/toasts';
import { PaymentStatus } from '../purchase/payment-status';
import { useShopName } from '../shop-choice';
import { ShopNav } from '../shop-nav';
import { buyingWords } from '../words';

// While the payment is under way; after that, an order changes by hand, in hours.
const payingPollMs = 1000;
const settledPollMs = 15_000;

export function OrderPage({ id }: { id: number }): JSX.Element {
  const words = buyingWords.words.value.orders;
  const paying = useSignal(true);
  const order = useResource(
    async () => {
      const outcome = await fetchOrder(id);
      if (outcome.ok) paying.value = unsettled(outcome.value);
      return outcome;
    },
    paying.value ? payingPollMs : settledPollMs,
  );
  const known = order.value.value;
  const shop = useShopName()(known?.shop ?? '');
  if (known === null && order.problem.value?.status === 404) {
    return (
      <SheetPage title={words.unknownTitle} lead={words.unknownText} testid="order-unknown">
        <Link href="/orders" class="button">
          {words.back}
        </Link>
      </SheetPage>
    );
  }
  return (
    <StaffPage title={`${words.number} ${id}`} lead={known && [formatTime(known.placed_at), shop].filter(Boolean).join(' · ')} nav={<ShopNav shop={known?.shop ?? ''} />} action={known && <OrderTag state={known.state} />} testid="order">
      <Loaded from={order} rows={4}>
        {(value) => <Sections order={value} resource={order} />}
      </Loaded>
    </StaffPage>
  );
}

function Sections({ order, resource }: { order: Order; resource: Resource<Order> }): JSX.Element {
  const words = buyingWords.words.value.orders;
  const read = shopWords.words.value.orders;
  const asking = useSignal(false);
  const paid = paymentPhase(order) === 'paid';
  return (
    <div class="cart">
      <div class="cart__column">
        <PaymentStatus order={order} slow={resource.problem.value !== null} />
        {order.state === 'PENDING_PAYMENT' && order.pay_by !== '' && <p class="field__hint">{words.payBy(formatTime(order.pay_by))}</p>}
        {paid && <OrderProgress order={order} />}
        <Box title={read.lines}>
          <OrderLines order={order} />
        </Box>
        <Box title={read.history}>
          <OrderHistory order={order} />
        </Box>
      </div>
      <div class="cart__column">
        <Box title={read.money}>
          <Sums sums={order} />
          {order.refunded > 0 && (
            <dl class="sums">
              <Sum label={read.refunded} value={formatMoney(order.refunded, order.currency)} testid="refunded" />
            </dl>
          )}
        </Box>
        <Box title={buyingWords.words.value.checkout.address}>
          <AddressText address={order.address} />
        </Box>
        {order.can_cancel && (
          <button type="button" class="button button--danger-quiet" data-testid="cancel-order" onClick={() => (asking.value = true)}>
            {words.cancel}
          </button>
        )}
      </div>
      {asking.value && (
        <Confirm
          title={words.cancelAsk}
          action={words.cancel}
          danger
          words={shopWords.words.value.problems}
          onClose={() => (asking.value = false)}
          run={async () => {
            const outcome = await cancelOrder(order.id);
            void resource.load();
            if (!outcome.ok) return outcome.problem;
            toast(words.cancelled);
            return null;
          }}
        >
          <p>{paid ? words.cancelPaid : words.cancelUnpaid}</p>
        </Confirm>
      )}
    </div>
  );
}
