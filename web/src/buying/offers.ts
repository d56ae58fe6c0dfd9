import type { Card } from '../api/shop/catalogue';
import type { Deal, StockState } from '../api/shop/stock';
import type { StockStore } from '../shared/shop/stock-store';

/** What one sku costs now, and whether it can be had. */
export interface Offer {
  sku: number;
  price: number;
  /** The price without the deal. */
  was: number | null;
  state: StockState;
  /** How many are left, where that is worth saying. */
  left: number | null;
  deal: Deal | null;
}

const rank: Record<StockState, number> = { available: 0, low: 1, held: 2, sold_out: 3, off: 4 };

export const canBuy = (state: StockState): boolean => rank[state] <= rank.held;

export const offerOfDeal = (deal: Deal): Offer => ({ sku: deal.sku, price: deal.price, was: deal.was > deal.price ? deal.was : null, state: deal.stock, left: deal.left, deal });

/** A sku's offer: its running deal while that has something left, else its own price. Null for a sku the stock does not list. */
export function offerOf(store: StockStore, sku: number): Offer | null {
  const stock = store.skus.value.get(sku);
  const deal = store.dealOf(sku);
  if (deal && canBuy(deal.stock)) return offerOfDeal(deal);
  return stock ? { sku, price: stock.price, was: null, state: stock.state, left: stock.left, deal: null } : null;
}

/** Of a product's skus the one that can be had best: what a card says about the product. */
export function bestOffer(store: StockStore, card: Card): Offer | null {
  const offers = card.skus.map((sku) => offerOf(store, sku)).filter((offer) => offer !== null);
  return offers.sort((a, b) => rank[a.state] - rank[b.state] || a.price - b.price)[0] ?? null;
}
