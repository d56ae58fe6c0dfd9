import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { said } from '../../api/shop/text';
import { account } from '../../session/session';
import { signInPath } from '../../shared/next-path';
import { Link } from '../../shared/router';
import { ProductPicture } from '../../shared/shop/product-picture';
import type { StockStore } from '../../shared/shop/stock-store';
import { canBuy, type Offer } from '../offers';
import { DealLine, Price, StockLine } from '../parts/offer-lines';
import type { Subject } from '../purchase/purchase-view';
import type { Shelf } from '../shelf';
import { buyingWords } from '../words';

/** What is known of a sku by its product's card, and by its product where that was read. */
export function subjectOf(shelf: Shelf, sku: number): Subject & { product: number; options: number; prices: number } {
  const card = shelf.cardOf(sku);
  const option = card && shelf.details.value.get(card.id)?.options.find((each) => each.sku === sku)?.name;
  return { name: card ? said(card.name) : '', option: option ? said(option) : null, picture: card?.picture ?? null, product: card?.id ?? 0, options: card?.skus.length ?? 0, prices: card && card.price_max > card.price_min ? 2 : 1 };
}

interface OfferRowProps {
  offer: Offer;
  shelf: Shelf;
  store: StockStore;
  /** On the bar of a phone: one line less. */
  compact?: boolean;
  /** Of a product with several options: the name is the product's, and the price the cheapest. */
  several?: boolean;
}

export function OfferRow({ offer, shelf, store, compact = false, several = false }: OfferRowProps): JSX.Element {
  const about = subjectOf(shelf, offer.sku);
  // The name of a deal's option is in its product.
  useEffect(() => {
    if (offer.deal && about.options > 1) void shelf.detail(about.product);
  }, [offer.deal?.id, about.product]);
  const currency = store.stock.value?.currency ?? '';
  return (
    <span class={compact ? 'offer offer--compact' : 'offer'}>
      <ProductPicture url={about.picture} name={about.name} width={160} eager />
      <span class="offer__words">
        <span class="offer__name">
          {about.name}
          {about.option && !several && <span class="offer__option"> {about.option}</span>}
        </span>
        <Price price={offer.price} was={compact ? null : offer.was} currency={currency} from={several && about.prices > 1} />
        {offer.deal && (!compact || canBuy(offer.state)) && <DealLine deal={offer.deal} short={compact} />}
        {(!compact || !offer.deal) && (offer.deal === null || !canBuy(offer.state) || offer.state === 'held') && <StockLine state={offer.state} left={offer.left} />}
      </span>
    </span>
  );
}

interface BuyButtonProps {
  offer: Offer;
  shelf: Shelf;
  onBuy(offer: Offer, about: Subject): void;
}

/** The first tap. What is gone for good has no button; what may return keeps one. */
export function BuyButton({ offer, shelf, onBuy }: BuyButtonProps): JSX.Element | null {
  const words = buyingWords.words.value.buy;
  const about = subjectOf(shelf, offer.sku);
  const name = about.option ? `${about.name} ${about.option}` : about.name;
  if (!canBuy(offer.state)) return null;
  if (!account.value) {
    return (
      <Link href={signInPath(location.pathname + location.search)} class="button button--small" data-testid="log-in-to-buy" aria-label={words.logInNamed(name)}>
        {words.buy}
      </Link>
    );
  }
  return (
    <button type="button" class="button button--small" data-testid="buy" data-sku={offer.sku} aria-label={offer.state === 'held' ? words.tryNamed(name) : words.buyOne(name)} onClick={() => onBuy(offer, about)}>
      {offer.state === 'held' ? words.tryOne : words.buy}
    </button>
  );
}
