import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { addToCart } from '../../api/shop/cart';
import { fetchProduct, type Product } from '../../api/shop/catalogue';
import { said } from '../../api/shop/text';
import { formatCount, t } from '../../i18n';
import { account } from '../../session/session';
import { signInPath } from '../../shared/next-path';
import { SheetPage, StaffPage } from '../../shared/page';
import { wordsOf } from '../../shared/problem-words';
import { Loaded, useResource } from '../../shared/resource';
import { Link } from '../../shared/router';
import { followClock } from '../../shared/shop/clock';
import { stockOf, type StockStore } from '../../shared/shop/stock-store';
import { shopWords } from '../../shared/shop/words';
import { toast } from '../../shared/toasts';
import { canBuy, offerOf } from '../offers';
import { DealLine, Price, StockLine } from '../parts/offer-lines';
import { Quantity } from '../parts/quantity';
import { BuyDialog } from '../purchase/buy-dialog';
import { counterOf } from '../purchase/counter';
import { Purchase } from '../purchase/purchase';
import { ShopNav } from '../shop-nav';
import { buyingWords } from '../words';
import { Gallery } from './gallery';

export function ProductPage({ id }: { id: number }): JSX.Element {
  const words = buyingWords.words.value.product;
  const product = useResource(() => fetchProduct(id));
  const known = product.value.value;
  useEffect(followClock, []);
  if (known === null && product.problem.value?.status === 404) {
    return (
      <SheetPage title={words.unknownTitle} lead={words.unknownText} testid="product-unknown">
        <Link href="/products" class="button">
          {words.toProducts}
        </Link>
      </SheetPage>
    );
  }
  return (
    <StaffPage title={known ? said(known.name) : t.value.products} nav={<ShopNav shop={known?.shop ?? ''} />} testid="product">
      <Loaded from={product} rows={4}>
        {(value) => <Sections product={value} />}
      </Loaded>
    </StaffPage>
  );
}

function Sections({ product }: { product: Product }): JSX.Element {
  const words = buyingWords.words.value.product;
  const store = stockOf(product.shop);
  useEffect(store.follow, [store]);
  return (
    <div class="product">
      <Gallery product={product} />
      <div class="product__side">
        <Choice product={product} store={store} />
        <section class="product__about" aria-label={words.about}>
          <h2 class="box__title">{words.about}</h2>
          <p class="product__text">{said(product.description)}</p>
        </section>
      </div>
    </div>
  );
}

/** The option, how many, and the two ways to buy. */
function Choice({ product, store }: { product: Product; store: StockStore }): JSX.Element {
  const words = buyingWords.words.value;
  const options = product.options.filter(({ on_sale }) => on_sale);
  const best = options.find(({ sku }) => canBuy(offerOf(store, sku)?.state ?? 'off')) ?? options[0];
  const chosen = useSignal(0);
  const quantity = useSignal(1);
  const adding = useSignal(false);
  const buying = useSignal(false);
  const [purchase] = useState(() => new Purchase(counterOf(product.shop)));
  useEffect(() => () => purchase.stop(), [purchase]);
  const option = options.find(({ sku }) => sku === chosen.value) ?? best;
  if (!option) return <StockLine state="off" left={null} />;
  const offer = offerOf(store, option.sku) ?? { sku: option.sku, price: option.price, was: null, state: 'available' as const, left: null, deal: null };
  const max = option.per_order_max > 0 ? option.per_order_max : 99;
  const add = async (): Promise<void> => {
    if (adding.value) return;
    adding.value = true;
    const outcome = await addToCart(product.shop, option.sku, quantity.value);
    adding.value = false;
    toast(outcome.ok ? words.product.added : wordsOf(outcome.problem, shopWords.words.value.problems));
  };
  const buy = (): void => {
    buying.value = true;
    void purchase.start({ sku: option.sku, deal: offer.deal?.id ?? null, quantity: quantity.value });
  };
  return (
    <section class="product__choice" data-testid="choice" data-state={offer.state}>
      <div class="product__price">
        <Price price={offer.price} was={offer.was} currency={product.currency} />
        <span class="price__vat">{words.price.vat}</span>
      </div>
      {offer.deal && <DealLine deal={offer.deal} />}
      <div role="status">
        <StockLine state={offer.state} left={offer.left} />
      </div>
      {product.option_name && options.length > 1 && (
        <fieldset class="options">
          <legend class="field__label">{said(product.option_name)}</legend>
          <div class="options__list">
            {options.map(({ sku, name }) => {
              const state = offerOf(store, sku)?.state ?? 'available';
              return (
                <label key={sku} class="options__option" data-state={state}>
                  <input type="radio" name="option" value={sku} checked={sku === option.sku} onChange={() => (chosen.value = sku)} />
                  <span>{name ? said(name) : String(sku)}</span>
                  {!canBuy(state) && <span class="options__gone">{words.stock.sold_out}</span>}
                </label>
              );
            })}
          </div>
        </fieldset>
      )}
      {canBuy(offer.state) && (
        <>
          <Quantity label={words.product.quantity} value={Math.min(quantity.value, max)} max={max} onValue={(value) => (quantity.value = value)} />
          {option.per_order_max > 0 && <p class="field__hint">{words.product.perOrder(formatCount(option.per_order_max))}</p>}
          {account.value ? (
            <div class="product__actions">
              <button type="button" class="button" data-testid="buy-now" onClick={buy}>
                {offer.state === 'held' ? words.buy.tryOne : words.product.buy}
              </button>
              <button type="button" class="button button--plain" data-testid="add-to-cart" aria-busy={adding.value} onClick={() => void add()}>
                {adding.value ? t.value.oneMoment : words.product.addToCart}
              </button>
            </div>
          ) : (
            <div class="product__actions">
              <Link href={signInPath(location.pathname)} class="button" data-testid="log-in-to-buy">
                {words.buy.logIn}
              </Link>
              <p class="field__hint">{words.product.noGuests}</p>
            </div>
          )}
        </>
      )}
      {buying.value && (
        <BuyDialog
          purchase={purchase}
          subject={{ name: said(product.name), option: option.name ? said(option.name) : null, picture: product.picture }}
          onClose={() => {
            buying.value = false;
            store.askAgain();
          }}
        />
      )}
    </section>
  );
}
