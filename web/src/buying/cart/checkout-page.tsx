import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { wait } from '../../api/poller';
import type { Problem } from '../../api/problem';
import { count } from '../../api/read';
import { fetchCart, type Cart } from '../../api/shop/cart';
import { newOrder } from '../../api/shop/orders';
import { said } from '../../api/shop/text';
import { formatCount } from '../../i18n';
import { formatMoney } from '../../i18n/money';
import { inShop } from '../../session/shops';
import { Box, StaffPage } from '../../shared/page';
import { Loaded, useResource, type Resource } from '../../shared/resource';
import { Link, navigate } from '../../shared/router';
import { Sums } from '../../shared/shop/sums';
import { shopWords } from '../../shared/shop/words';
import { AddressBox } from '../purchase/address-box';
import { address } from '../purchase/address-store';
import { Refusal } from '../purchase/refusal';
import { sendUntilDecided } from '../purchase/until-decided';
import { InShop } from '../shop-choice';
import { ShopNav } from '../shop-nav';
import { buyingWords } from '../words';
import { blockedWords } from './blocked-words';
import { EmptyCart } from './cart-page';

export function CheckoutPage(): JSX.Element {
  return (
    <InShop title={buyingWords.words.value.checkout.title} to="/checkout" withCart empty={<EmptyCart shop="" />}>
      {(shop) => <CheckoutOf key={shop} shop={shop} />}
    </InShop>
  );
}

/** The cart becomes an order, all of it or nothing, at the total that stands here. */
function CheckoutOf({ shop }: { shop: string }): JSX.Element {
  const words = buyingWords.words.value;
  const cart = useResource(() => fetchCart(shop));
  return (
    <StaffPage title={words.checkout.title} nav={<ShopNav shop={shop} />} testid="checkout">
      <Loaded from={cart} rows={3}>
        {(value) => (value.lines.length === 0 ? <EmptyCart shop={shop} /> : <Filled cart={value} resource={cart} />)}
      </Loaded>
    </StaffPage>
  );
}

function Filled({ cart, resource }: { cart: Cart; resource: Resource<Cart> }): JSX.Element {
  const words = buyingWords.words.value;
  // One key until the order's fate is known, however often the button is pressed.
  const [order] = useState(() => newOrder(cart.shop));
  const busy = useSignal(false);
  const retrying = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const gone = useRef(false);
  useEffect(() => () => void (gone.current = true), []);
  const send = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    problem.value = null;
    const body = { cart_version: cart.version, expected_total: cart.total };
    const outcome = await sendUntilDecided(order, body, {
      wait,
      onRetry: () => (retrying.value = true),
      over: () => gone.current,
    });
    if (gone.current) return;
    busy.value = retrying.value = false;
    if (outcome.ok) return navigate(`/orders/${outcome.value.id}`, 'replace');
    problem.value = outcome.problem;
    // The page shows today's cart and total: the next press agrees to them.
    if (outcome.problem.status !== null && outcome.problem.status < 500) void resource.load();
  };
  const short = problem.value ? shortLines(problem.value, cart) : [];
  return (
    <div class="cart">
      <div class="cart__column">
        <Box title={words.checkout.address} testid="checkout-address">
          <AddressBox />
        </Box>
        <Box title={words.checkout.lines}>
          <ul class="checkout__lines">
            {cart.lines.map((line) => (
              <li key={line.sku}>
                <span>
                  {said(line.name)}
                  {line.option && ` / ${said(line.option)}`}
                </span>
                <span>{words.checkout.units(line.quantity, formatCount(line.quantity))}</span>
                <span>{formatMoney(line.line_total, cart.currency)}</span>
              </li>
            ))}
          </ul>
          <Link href={inShop('/cart', cart.shop)} class="link">
            {words.checkout.toCart}
          </Link>
        </Box>
      </div>
      <Box title={shopWords.words.value.sums.total}>
        <Sums sums={cart} />
        {problem.value && <Refusal problem={problem.value} onRetry={() => void send()} onReload={() => void resource.load()} />}
        {short.length > 0 && (
          <ul class="checkout__short" data-testid="short-lines">
            {short.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        )}
        <p role="status" class={retrying.value ? 'notice notice--warn' : 'visually-hidden'}>
          {retrying.value ? words.buy.retrying : ''}
        </p>
        {!cart.can_order ? (
          <p class="notice notice--warn">
            {blockedWords(cart)}{' '}
            <Link href={inShop('/cart', cart.shop)} class="link">
              {words.checkout.toCart}
            </Link>
          </p>
        ) : address.value === null ? (
          <p class="notice">{words.checkout.needsAddress}</p>
        ) : (
          <button type="button" class="button" data-testid="place-order" aria-busy={busy.value} onClick={() => void send()}>
            {busy.value ? words.buy.ordering : words.checkout.order(formatMoney(cart.total, cart.currency))}
          </button>
        )}
      </Box>
    </div>
  );
}

/** The lines that are to blame, by name, with how many there are. */
function shortLines({ more }: Problem, cart: Cart): string[] {
  const words = buyingWords.words.value;
  if (!Array.isArray(more.shorts)) return [];
  return more.shorts.flatMap((short: Record<string, unknown>) => {
    const line = cart.lines.find(({ sku }) => sku === short.sku);
    if (!line) return [];
    const available = count(short.available);
    const why = available > 0 ? words.cart.notes.short(formatCount(available)) : short.may_return === true ? words.cart.notes.all_held : words.cart.notes.sold_out;
    return [`${said(line.name)}${line.option ? ` / ${said(line.option)}` : ''}: ${why}`];
  });
}
