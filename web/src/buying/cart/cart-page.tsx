import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Outcome } from '../../api/call';
import { emptyCart, fetchCart, removeCartLine, setCartLine, type Cart, type CartLine, type CartNote } from '../../api/shop/cart';
import { said } from '../../api/shop/text';
import { formatCount, t } from '../../i18n';
import { formatMoney } from '../../i18n/money';
import { inShop } from '../../session/shops';
import { Confirm } from '../../shared/confirm';
import { Box, Empty, StaffPage } from '../../shared/page';
import { wordsOf } from '../../shared/problem-words';
import { Loaded, useResource, type Resource } from '../../shared/resource';
import { Link } from '../../shared/router';
import { ProductPicture } from '../../shared/shop/product-picture';
import { Sums } from '../../shared/shop/sums';
import { shopWords } from '../../shared/shop/words';
import { toast } from '../../shared/toasts';
import { Price } from '../parts/offer-lines';
import { Quantity } from '../parts/quantity';
import { InShop } from '../shop-choice';
import { ShopNav } from '../shop-nav';
import { buyingWords } from '../words';
import { blockedWords } from './blocked-words';
import { CouponForm } from './coupon-form';

// A cart holds nothing: what stands here goes on changing, and is asked for again.
const pollMs = 5000;
const lineMax = 999;

export function CartPage(): JSX.Element {
  const words = buyingWords.words.value.cart;
  return (
    <InShop title={words.title} to="/cart" withCart empty={<EmptyCart shop="" />}>
      {(shop) => <CartOf key={shop} shop={shop} />}
    </InShop>
  );
}

export function EmptyCart({ shop }: { shop: string }): JSX.Element {
  const words = buyingWords.words.value;
  return (
    <Empty title={words.cart.emptyTitle} text={words.cart.emptyText}>
      <Link href={inShop('/products', shop)} class="button">
        {words.product.toProducts}
      </Link>
    </Empty>
  );
}

function CartOf({ shop }: { shop: string }): JSX.Element {
  const words = buyingWords.words.value.cart;
  const cart = useResource(() => fetchCart(shop), pollMs);
  const emptying = useSignal(false);
  const filled = (cart.value.value?.lines.length ?? 0) > 0;
  const action = filled && (
    <button type="button" class="button button--quiet" data-testid="empty-cart" onClick={() => (emptying.value = true)}>
      {words.empty}
    </button>
  );
  return (
    <StaffPage title={words.title} nav={<ShopNav shop={shop} />} action={action} testid="cart">
      <Loaded from={cart} rows={3}>
        {(value) =>
          value.lines.length === 0 ? <EmptyCart shop={shop} /> : <Filled cart={value} resource={cart} />
        }
      </Loaded>
      {emptying.value && (
        <Confirm
          title={words.emptyAsk}
          action={words.empty}
          danger
          words={shopWords.words.value.problems}
          onClose={() => (emptying.value = false)}
          run={async () => {
            const outcome = await emptyCart(shop);
            void cart.load();
            return outcome.ok ? null : outcome.problem;
          }}
        >
          <p>{words.emptyAskText}</p>
        </Confirm>
      )}
    </StaffPage>
  );
}

function Filled({ cart, resource }: { cart: Cart; resource: Resource<Cart> }): JSX.Element {
  const words = buyingWords.words.value.cart;
  const changed = async (change: Promise<Outcome<Cart>>): Promise<boolean> => {
    const outcome = await change;
    if (outcome.ok) resource.value.value = outcome.value;
    else toast(wordsOf(outcome.problem, shopWords.words.value.problems));
    // An answer to an older question must not bring the old cart back.
    void resource.load();
    return outcome.ok;
  };
  return (
    <div class="cart">
      <Box title={buyingWords.words.value.checkout.lines}>
        <ul class="cart__lines">
          {cart.lines.map((line) => (
            <Line key={line.sku} line={line} cart={cart} changed={changed} />
          ))}
        </ul>
      </Box>
      <Box title={shopWords.words.value.sums.total} testid="cart-sums">
        <CouponForm cart={cart} changed={changed} />
        <Sums sums={cart} />
        {cart.can_order ? (
          <Link href={inShop('/checkout', cart.shop)} class="button" data-testid="checkout">
            {words.checkout}
          </Link>
        ) : (
          <p class="notice notice--warn" data-testid="blocked">
            {blockedWords(cart)}
          </p>
        )}
      </Box>
    </div>
  );
}

interface LineProps {
  line: CartLine;
  cart: Cart;
  changed(change: Promise<Outcome<Cart>>): Promise<boolean>;
}

function Line({ line, cart, changed }: LineProps): JSX.Element {
  const words = buyingWords.words.value.cart;
  const name = line.option ? `${said(line.name)} / ${said(line.option)}` : said(line.name);
  const set = (quantity: number): Promise<boolean> => changed(setCartLine(cart.shop, line.sku, quantity));
  const remove = async (): Promise<void> => {
    if (await changed(removeCartLine(cart.shop, line.sku))) toast(words.removed(name), () => void set(line.quantity));
  };
  return (
    <li class="cart__line" data-testid="cart-line" data-sku={line.sku}>
      <Link href={`/products/${line.product}`} class="cart__picture" aria-hidden="true" tabIndex={-1}>
        <ProductPicture url={line.picture} name={said(line.name)} width={160} />
      </Link>
      <div class="cart__words">
        <Link href={`/products/${line.product}`} class="cart__name">
          {name}
        </Link>
        <Price price={line.unit_price} was={line.list_price > line.unit_price ? line.list_price : null} currency={cart.currency} />
        {line.notes.map((note) => (
          <p key={note} class="cart__note" data-testid="note" data-note={note}>
            {noteWords(note, line, cart.currency)}
            {note === 'price_changed' && (
              <button type="button" class="button button--quiet" onClick={() => void set(line.quantity)}>
                {words.notes.seen}
              </button>
            )}
          </p>
        ))}
      </div>
      <Quantity label={words.line(name)} quiet value={line.quantity} max={lineMax} onValue={(value) => void set(value)} />
      <p class="cart__total">{formatMoney(line.line_total, cart.currency)}</p>
      <button type="button" class="button button--quiet" aria-label={words.removeOne(name)} data-testid="remove-line" onClick={() => void remove()}>
        {words.remove}
      </button>
    </li>
  );
}

function noteWords(note: CartNote, line: CartLine, currency: string): string {
  const words = buyingWords.words.value.cart.notes;
  switch (note) {
    case 'price_changed':
      return words.price_changed(formatMoney(line.seen_price, currency));
    case 'short':
      return words.short(line.left === null ? t.value.noValue : formatCount(line.left));
    default:
      return words[note];
  }
}
