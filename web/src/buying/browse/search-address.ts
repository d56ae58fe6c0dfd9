import { sortOrders, type Search } from '../../api/shop/catalogue';

export interface ListAddress extends Required<Search> {
  /** '' where the address does not name it. */
  shop: string;
}

/** What a list shows is in its address: it can be sent to somebody, and the way back leads to the same list. */
export function searchOf(query: string): ListAddress {
  const from = new URLSearchParams(query);
  return {
    shop: from.get('shop') ?? '',
    q: (from.get('q') ?? '').slice(0, 100),
    category: from.get('category') ?? '',
    sort: sortOrders.find((sort) => sort === from.get('sort')) ?? 'newest',
  };
}

export function searchPath({ shop, q, category, sort }: ListAddress): string {
  const to = new URLSearchParams();
  if (shop !== '') to.set('shop', shop);
  if (q !== '') to.set('q', q);
  if (category !== '') to.set('category', category);
  if (sort !== 'newest') to.set('sort', sort);
  return to.size > 0 ? `/products?${to}` : '/products';
}
