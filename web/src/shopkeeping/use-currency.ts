import { useEffect } from 'preact/hooks';
import { shopId } from '../session/session';
import { stockOf } from '../shared/shop/stock-store';

/** The currency of the shop, as its stock says it; KRW until that is known. */
export function useCurrency(): string {
  const store = stockOf(shopId.value);
  useEffect(store.follow, [store]);
  return store.stock.value?.currency || 'KRW';
}
