import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { fetchHolds, type Hold } from '../../api/shop/holds';
import type { Order } from '../../api/shop/orders';
import { formatCount, t } from '../../i18n';
import { formatMoney } from '../../i18n/money';
import { Link } from '../../shared/router';
import { formatLeft } from '../../shared/shop/clock';
import { ProductPicture } from '../../shared/shop/product-picture';
import { Sum } from '../../shared/shop/sums';
import { shopWords } from '../../shared/shop/words';
import { buyingWords } from '../words';
import { AddressBox } from './address-box';
import { address } from './address-store';
import { PaymentStatus } from './payment-status';
import type { Purchase } from './purchase';
import { Refusal } from './refusal';

/** What is being bought, for those who look. */
export interface Subject {
  name: string;
  option: string | null;
  picture: string | null;
}

interface PurchaseViewProps {
  purchase: Purchase;
  subject: Subject;
  /** Leaves the purchase for the products. */
  onClose(): void;
}

const tickMs = 500;

/** From the first tap on: the price and the time that is left, then the second tap, then the payment. */
export function PurchaseView({ purchase, subject, onClose }: PurchaseViewProps): JSX.Element {
  const words = buyingWords.words.value.buy;
  const step = purchase.step.value;
  useEffect(() => {
    const timer = setInterval(() => purchase.tick(), tickMs);
    return () => clearInterval(timer);
  }, [purchase]);
  const head = useRef<HTMLDivElement>(null);
  // What was pressed is gone: the focus goes to what came in its place.
  useEffect(() => head.current?.focus({ preventScroll: true }), [step.at]);
  const leave = (): void => {
    purchase.leave();
    onClose();
  };
  return (
    <div class="purchase" data-testid="purchase" data-step={step.at}>
      <div ref={head} class="purchase__subject" tabIndex={-1}>
        <ProductPicture url={subject.picture} name={subject.name} width={160} />
        <div>
          <p class="purchase__name">{subject.name}</p>
          {subject.option && <p class="purchase__option">{subject.option}</p>}
        </div>
      </div>
      {step.at === 'holding' && <p role="status">{words.holding}</p>}
      {(step.at === 'held' || step.at === 'ordering') && <Held purchase={purchase} hold={step.hold} ordering={step.at === 'ordering'} onLeave={leave} />}
      {step.at === 'ordered' && <Ordered order={step.order} slow={purchase.retrying.value} onClose={leave} />}
      {step.at === 'expired' && (
        <Over title={words.expiredTitle} onLeave={leave}>
          <p>{words.expiredText}</p>
          <button type="button" class="button" data-testid="buy-again" onClick={() => void purchase.again()}>
            {words.again}
          </button>
        </Over>
      )}
      {step.at === 'refused' && (
        <Over title={words.refusedTitle} onLeave={leave}>
          <Refusal problem={step.problem} onRetry={() => void purchase.again()} onOthers={leave} />
        </Over>
      )}
      <p role="status" class={purchase.retrying.value && step.at !== 'ordered' ? 'notice notice--warn' : 'visually-hidden'}>
        {purchase.retrying.value && step.at !== 'ordered' ? words.retrying : ''}
      </p>
    </div>
  );
}

interface HeldProps {
  purchase: Purchase;
  hold: Hold;
  ordering: boolean;
  onLeave(): void;
}

function Held({ purchase, hold, ordering, onLeave }: HeldProps): JSX.Element {
  const words = buyingWords.words.value.buy;
  const leftMs = purchase.leftMs.value;
  const total = formatMoney(purchase.total.value, hold.currency);
  const problem = purchase.problem.value;
  const agreed = purchase.todaysTotal.value === null ? words.order(total) : words.orderAgain(total);
  return (
    <>
      <p class="purchase__timer" data-testid="hold-timer" data-last={leftMs < 60_000 ? '' : undefined}>
        <span aria-hidden="true">{words.heldFor(formatLeft(leftMs))}</span>
        {/* Said twice, not each second. */}
        <span class="visually-hidden" role="status">
          {leftMs < 60_000 ? words.lastMinute : words.heldSpoken(Math.ceil(leftMs / 300_000) * 5)}
        </span>
      </p>
      <dl class="sums">
        {hold.quantity > 1 && (
          <>
            <Sum label={words.unitPrice} value={formatMoney(hold.price, hold.currency)} />
            <Sum label={words.quantity} value={formatCount(hold.quantity)} />
          </>
        )}
        {hold.shipping > 0 && <Sum label={shopWords.words.value.sums.shipping} value={formatMoney(hold.shipping, hold.currency)} />}
        <Sum label={words.total} value={total} strong testid="total" />
      </dl>
      <section class="purchase__ship" aria-label={words.shipTo}>
        <h3 class="field__label">{words.shipTo}</h3>
        <AddressBox />
      </section>
      {problem && <Refusal problem={problem} onRetry={() => void purchase.order()} />}
      <div class="purchase__actions">
        {address.value !== null && (
          <button type="button" class="button" data-testid="pay" aria-busy={ordering} onClick={() => void purchase.order()}>
            {ordering ? words.ordering : agreed}
          </button>
        )}
        {!ordering && (
          <button type="button" class="button button--quiet" data-testid="let-go" onClick={onLeave}>
            {words.letGo}
          </button>
        )}
      </div>
    </>
  );
}

function Ordered({ order, slow, onClose }: { order: Order; slow: boolean; onClose(): void }): JSX.Element {
  const words = buyingWords.words.value.payment;
  return (
    <>
      <PaymentStatus order={order} slow={slow} />
      <p class="purchase__number">
        <Link href={`/orders/${order.id}`} class="link" data-testid="to-order">
          {words.order(String(order.id))}
        </Link>
        <span>{formatMoney(order.total, order.currency)}</span>
      </p>
      <div class="purchase__actions">
        <button type="button" class="button button--plain" data-testid="shop-on" onClick={onClose}>
          {words.more}
        </button>
      </div>
    </>
  );
}

function Over({ title, children, onLeave }: { title: string; children: ComponentChildren; onLeave(): void }): JSX.Element {
  return (
    <div class="purchase__over">
      <p class="purchase__over-title">{title}</p>
      {children}
      <button type="button" class="button button--quiet" data-testid="close-purchase" onClick={onLeave}>
        {t.value.close}
      </button>
    </div>
  );
}

/** The open hold of this account in that shop, when it has one from before: a page that was loaded anew goes on with it. */
export async function openHold(shop: string): Promise<Hold | null> {
  const outcome = await fetchHolds();
  return outcome.ok ? (outcome.value.find((hold) => hold.shop === shop) ?? null) : null;
}
