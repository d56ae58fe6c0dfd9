import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { paymentPhase, type OrderState, type Stage } from '../../api/shop/orders';
import { formatTime } from '../../i18n';
import { formatMoney } from '../../i18n/money';
import { mayChange } from '../../session/session';
import { Confirm } from '../../shared/confirm';
import { Box, SheetPage, StaffPage } from '../../shared/page';
import { wordsOf } from '../../shared/problem-words';
import { Loaded, useResource, type Resource } from '../../shared/resource';
import { Link } from '../../shared/router';
import { AddressText } from '../../shared/shop/address-text';
import { OrderHistory, OrderLines, OrderProgress } from '../../shared/shop/order-parts';
import { OrderTag } from '../../shared/shop/order-tag';
import { Sum, Sums } from '../../shared/shop/sums';
import { shopWords } from '../../shared/shop/words';
import { toast } from '../../shared/toasts';
import { StudioNav } from '../../staff/studio-nav';
import { cancelShopOrder, fetchShopOrder, moveStage, type ShopOrder } from '../api';
import { problems } from '../say';
import { shopkeepingWords } from '../words';
import { RefundDialog } from './refund-dialog';

const pollMs = 4000;

export function ShopOrderPage({ id }: { id: number }): JSX.Element {
  const words = shopkeepingWords.words.value.orders;
  const order = useResource(() => fetchShopOrder(id), pollMs);
  const known = order.value.value;
  if (known === null && order.problem.value?.status === 404) {
    return (
      <SheetPage title={words.unknownTitle} lead={words.unknownText} testid="shop-order-unknown">
        <Link href="/studio/shop/orders" class="button">
          {words.back}
        </Link>
      </SheetPage>
    );
  }
  return (
    <StaffPage title={`${words.order} ${id}`} lead={known && formatTime(known.placed_at)} nav={<StudioNav />} action={known && <OrderTag state={known.state} />} testid="shop-order">
      <Loaded from={order} rows={4}>
        {(value) => <Sections order={value} resource={order} />}
      </Loaded>
    </StaffPage>
  );
}

const nextStage: Partial<Record<Stage, 'preparing' | 'shipped' | 'delivered'>> = { ordered: 'preparing', preparing: 'shipped', shipped: 'delivered' };
const refundable: readonly OrderState[] = ['PAID', 'PREPARING', 'SHIPPED', 'DELIVERED', 'PART_REFUNDED'];

function Sections({ order, resource }: { order: ShopOrder; resource: Resource<ShopOrder> }): JSX.Element {
  const words = shopkeepingWords.words.value.orders;
  const read = shopWords.words.value.orders;
  const open = useSignal<'refund' | 'cancel' | null>(null);
  const close = (): void => void (open.value = null);
  const took = (now: ShopOrder): void => {
    resource.value.value = now;
    void resource.load();
  };
  return (
    <div class="cart">
      <div class="cart__column">
        {paymentPhase(order) === 'paid' && <OrderProgress order={order} />}
        {mayChange('manage_catalogue') && <Actions order={order} took={took} onOpen={(what) => (open.value = what)} />}
        <Box title={read.lines}>
          <OrderLines order={order} />
        </Box>
        <Box title={read.history}>
          <OrderHistory order={order} />
        </Box>
      </div>
      <div class="cart__column">
        <Box title={words.buyer} testid="buyer">
          <p>
            <strong>{order.buyer.display_name || order.buyer.login}</strong> {order.buyer.login}
          </p>
          <AddressText address={order.address} />
        </Box>
        <Box title={read.money}>
          <Sums sums={order} />
          {order.refunded > 0 && (
            <dl class="sums">
              <Sum label={read.refunded} value={formatMoney(order.refunded, order.currency)} testid="refunded" />
            </dl>
          )}
        </Box>
        {order.refunds.length > 0 && (
          <Box title={words.refunds}>
            <ul class="order-history" data-testid="refunds">
              {order.refunds.map(({ id, amount, state, at }) => (
                <li key={id}>
                  <span>
                    {formatMoney(amount, order.currency)} · {(words.refundStates as Partial<Record<string, string>>)[state] ?? state}
                  </span>
                  <time dateTime={at}>{formatTime(at)}</time>
                </li>
              ))}
            </ul>
          </Box>
        )}
      </div>
      {open.value === 'refund' && <RefundDialog order={order} onClose={close} onDone={took} />}
      {open.value === 'cancel' && (
        <Confirm
          title={words.cancelTitle}
          action={words.cancel}
          danger
          words={problems()}
          onClose={close}
          run={async () => {
            const outcome = await cancelShopOrder(order.id);
            if (!outcome.ok) return outcome.problem;
            took(outcome.value);
            toast(words.cancelled);
            return null;
          }}
        >
          <p>{words.cancelText}</p>
        </Confirm>
      )}
    </div>
  );
}

interface ActionsProps {
  order: ShopOrder;
  took(now: ShopOrder): void;
  onOpen(what: 'refund' | 'cancel'): void;
}

/** What can be done with the order in the state it is in. */
function Actions({ order, took, onOpen }: ActionsProps): JSX.Element | null {
  const words = shopkeepingWords.words.value.orders;
  const busy = useSignal(false);
  const paid = refundable.includes(order.state);
  const to = paid ? nextStage[order.stage] : undefined;
  const move = async (): Promise<void> => {
    if (!to || busy.value) return;
    busy.value = true;
    const outcome = await moveStage(order.id, to);
    busy.value = false;
    toast(outcome.ok ? words.moved[to] : wordsOf(outcome.problem, problems()));
    if (outcome.ok) took(outcome.value);
  };
  if (!to && !paid && !order.can_cancel) return null;
  return (
    <div class="box__actions">
      {to && (
        <button type="button" class="button" data-testid="next-stage" data-stage={to} aria-busy={busy.value} onClick={() => void move()}>
          {words.next[to]}
        </button>
      )}
      {paid && (
        <button type="button" class="button button--plain" data-testid="refund" onClick={() => onOpen('refund')}>
          {words.refund}
        </button>
      )}
      {order.can_cancel && (
        <button type="button" class="button button--danger-quiet" data-testid="cancel-shop-order" onClick={() => onOpen('cancel')}>
          {words.cancel}
        </button>
      )}
    </div>
  );
}
