import { sortOrders, type Search } from '../../api/shop/catalogue';

/** What a list shows is in its address: it can be sent to somebody, and the way back leads to the same list. */
export function searchOf(query: string): Required<Search> {
  const from = new URLSearchParams(query);
  return {
    q: (from.get('q') ?? '').slice(0, 100),
    category: from.get('category') ?? '',
    sort: sortOrders.find((sort) => sort === from.get('sort')) ?? 'newest',
  };
}

export function searchPath({ q, category, sort }: Required<Search>): string {
  const to = new URLSearchParams();
  if (q !== '') to.set('q', q);
  if (category !== '') to.set('category', category);
  if (sort !== 'newest') to.set('sort', sort);
  return to.size > 0 ? `/products?${to}` : '/products';
}
