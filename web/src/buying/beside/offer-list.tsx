import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Card } from '../../api/shop/catalogue';
import { said } from '../../api/shop/text';
import { t } from '../../i18n';
import { inShop } from '../../session/shops';
import { Link } from '../../shared/router';
import type { StockStore } from '../../shared/shop/stock-store';
import { bestOffer, canBuy, offerOf, offerOfDeal, type Offer } from '../offers';
import type { Subject } from '../purchase/purchase-view';
import type { Shelf } from '../shelf';
import { buyingWords } from '../words';
import { BuyButton, OfferRow } from './offer-row';

interface OfferListProps {
  store: StockStore;
  shelf: Shelf;
  onBuy(offer: Offer, about: Subject): void;
}

// The column is for what the show is about; the rest is one link away.
const productsShown = 30;

/** Deals that run, deals to come, and the products of the shop. */
export function OfferList({ store, shelf, onBuy }: OfferListProps): JSX.Element {
  const words = buyingWords.words.value;
  const choosing = useSignal<Card | null>(null);
  if (choosing.value) return <Options card={choosing.value} store={store} shelf={shelf} onBuy={onBuy} onBack={() => (choosing.value = null)} />;
  const running = store.running.value.filter(({ sku }) => shelf.cardOf(sku));
  const scheduled = store.scheduled.value.filter(({ sku }) => shelf.cardOf(sku));
  const cards = (shelf.cards.value ?? []).slice(0, productsShown);
  return (
    <>
      {running.length > 0 && (
        <section class="beside__section" data-testid="running-deals">
          <h3 class="beside__subtitle">{words.deal.running}</h3>
          <ul class="offers">
            {running.map(offerOfDeal).map((offer) => (
              <li key={offer.deal?.id} class="offers__item offers__item--deal" data-testid="deal" data-deal={offer.deal?.id} data-sku={offer.sku} data-state={offer.state}>
                <OfferRow offer={offer} shelf={shelf} store={store} />
                <BuyButton offer={offer} shelf={shelf} onBuy={onBuy} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {scheduled.length > 0 && (
        <section class="beside__section" data-testid="scheduled-deals">
          <h3 class="beside__subtitle">{words.deal.scheduled}</h3>
          <ul class="offers">
            {scheduled.map(offerOfDeal).map((offer) => (
              <li key={offer.deal?.id} class="offers__item" data-testid="deal" data-deal={offer.deal?.id} data-state="scheduled">
                <OfferRow offer={{ ...offer, state: 'available' }} shelf={shelf} store={store} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section class="beside__section" data-testid="beside-products">
        <h3 class="beside__subtitle">{words.beside.products}</h3>
        {cards.length === 0 ? (
          <p class="beside__none">{words.beside.empty}</p>
        ) : (
          <ul class="offers">
            {cards.map((card) => {
              const offer = bestOffer(store, card);
              return (
                offer && (
                  <li key={card.id} class="offers__item" data-testid="beside-product" data-product={card.id} data-state={offer.state}>
                    <OfferRow offer={{ ...offer, deal: card.skus.length > 1 ? null : offer.deal }} shelf={shelf} store={store} several={card.skus.length > 1} />
                    {card.skus.length > 1 && canBuy(offer.state) ? (
                      <button type="button" class="button button--small button--plain" data-testid="choose" aria-label={words.beside.optionsOf(said(card.name))} onClick={() => (choosing.value = card)}>
                        {words.beside.options}
                      </button>
                    ) : (
                      <BuyButton offer={offer} shelf={shelf} onBuy={onBuy} />
                    )}
                  </li>
                )
              );
            })}
          </ul>
        )}
        <Link href={inShop('/products', store.shop)} class="button button--plain" data-testid="all-products">
          {words.beside.all}
        </Link>
      </section>
    </>
  );
}

interface OptionsProps extends OfferListProps {
  card: Card;
  onBack(): void;
}

/** The options of one product, each with its own stock and its own first tap. */
function Options({ card, store, shelf, onBuy, onBack }: OptionsProps): JSX.Element {
  const words = buyingWords.words.value;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    void shelf.detail(card.id);
    title.current?.focus({ preventScroll: true });
  }, [card.id]);
  const product = shelf.details.value.get(card.id);
  return (
    <section class="beside__section" data-testid="options">
      <button type="button" class="button button--quiet beside__back" onClick={onBack}>
        {words.beside.back}
      </button>
      <h3 ref={title} class="beside__subtitle" tabIndex={-1}>
        {product?.option_name ? words.beside.choose(said(product.option_name)) : said(card.name)}
      </h3>
      {product ? (
        <ul class="offers">
          {product.options.map(({ sku }) => {
            const offer = offerOf(store, sku);
            return (
              offer && (
                <li key={sku} class="offers__item" data-testid="option" data-sku={sku} data-state={offer.state}>
                  <OfferRow offer={offer} shelf={shelf} store={store} />
                  <BuyButton offer={offer} shelf={shelf} onBuy={onBuy} />
                </li>
              )
            );
          })}
        </ul>
      ) : (
        <p aria-busy="true">{t.value.oneMoment}</p>
      )}
    </section>
  );
}
