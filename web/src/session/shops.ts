import { computed, signal } from '@preact/signals';
import type { Shop } from '../api/shop/shops';
import { session } from './session';

/** The one shop there is, which is meant where none is named; null: there are several, or nothing is known yet. */
export const onlyShop = computed<Shop | null>(() => session.value?.shop ?? null);
/** The shops that one helps to run. */
export const ownShops = computed<readonly Shop[]>(() => session.value?.shops ?? []);

/** The address of a page of that shop: where there is one alone, addresses do not name it. */
export const inShop = (path: string, shop: string): string =>
  shop === '' || onlyShop.value?.id === shop ? path : `${path}?${new URLSearchParams({ shop })}`;

const key = 'shopcast.shop';

// Each window keeps its own; a new one begins with the latest.
function remembered(): string {
  try {
    return sessionStorage.getItem(key) ?? localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

const chosen = signal(remembered());

/** The shop whose channels, products and team the studio shows; '' while it has to be chosen among several. */
export const studioShop = computed(() => {
  const own = ownShops.value;
  if (own.length === 1) return own[0]?.id ?? '';
  return own.find(({ id }) => id === chosen.value)?.id ?? '';
});

export function chooseShop(id: string): void {
  chosen.value = id;
  try {
    sessionStorage.setItem(key, id);
    localStorage.setItem(key, id);
  } catch {
    // The choice lasts as long as the page.
  }
}
