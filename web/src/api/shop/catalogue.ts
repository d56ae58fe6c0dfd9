import { get, type Outcome } from '../call';
import { count, flag, list, optional, optionalText, record, text, type Of } from '../read';
import { readBoth } from './text';

export const readCategory = record({ id: text, name: readBoth, products: count });
export type Category = Of<typeof readCategory>;

const cardShape = {
  id: count,
  shop: text,
  category: text,
  name: readBoth,
  picture: optionalText,
  currency: text,
  price_min: count,
  price_max: count,
  skus: list(count),
};
export const readCard = record(cardShape);
/** A product on sale, as a list shows it; the state of its skus is in the stock. */
export type Card = Of<typeof readCard>;

export const readPicture = record({ id: text, url: text, width: count, height: count });
export type Picture = Of<typeof readPicture>;

export const readOption = record({
  sku: count,
  name: optional(readBoth),
  price: count,
  tax_percent: count,
  per_order_max: count,
  on_sale: flag,
});
export type Option = Of<typeof readOption>;

export const readProduct = record({
  ...cardShape,
  description: readBoth,
  option_name: optional(readBoth),
  pictures: list(readPicture),
  options: list(readOption),
});
export type Product = Of<typeof readProduct>;

export const sortOrders = ['newest', 'price_asc', 'price_desc', 'name'] as const;
export type SortOrder = (typeof sortOrders)[number];

export interface Search {
  q?: string;
  category?: string;
  sort?: SortOrder;
}

/** The address of a list of products: what is not asked for is left out, so that equal lists have one address in caches. */
export function productsPath(shop: string, { q = '', category = '', sort = 'newest' }: Search = {}, limit = 24): string {
  const query = new URLSearchParams({ shop });
  // Korean keyboards of different systems compose syllables differently.
  const words = q.trim().normalize('NFC');
  if (words !== '') query.set('q', words);
  if (category !== '') query.set('category', category);
  if (sort !== 'newest') query.set('sort', sort);
  query.set('limit', String(limit));
  return `/api/v1/products?${query}`;
}

export const fetchCategories = (shop: string): Promise<Outcome<Category[]>> =>
  get(`/api/v1/categories?${new URLSearchParams({ shop })}`, (value) => record({ categories: list(readCategory) })(value).categories);

export const fetchCards = (shop: string, cursor: string | null): Promise<Outcome<{ products: Card[]; next_cursor: string | null }>> =>
  get(
    `${productsPath(shop, {}, 100)}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    record({ products: list(readCard), next_cursor: optionalText }),
  );

export const fetchProduct = (product: number): Promise<Outcome<Product>> => get(`/api/v1/products/${product}`, readProduct);

/** A picture in another of the widths that the server has: 160, 480 or 960. */
export const atWidth = (url: string, width: 160 | 480 | 960): string => url.replace(/\/\d+\.jpg$/, `/${width}.jpg`);
