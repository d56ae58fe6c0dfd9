import { useEffect } from 'preact/hooks';
import { studioShop } from '../session/shops';
import { stockOf } from '../shared/shop/stock-store';

/** The currency of the shop, as its stock says it; KRW until that is known. */
export function useCurrency(): string {
  const store = stockOf(studioShop.value);
  useEffect(store.follow, [store]);
  return store.stock.value?.currency || 'KRW';
}
