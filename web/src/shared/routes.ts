/**
 * Every page the site has, as data: its address, and the area whose chunk draws it. The storefront's pages are in
 * the first chunk, because viewers come for them; the others arrive when they are asked for.
 */
export type Area = 'account' | 'buying' | 'studio' | 'shopkeeping' | 'operations';

export type Route =
  | { page: 'home' }
  | { page: 'watch'; channel: string }
  | { page: AreaPage; area: Area; channel: string; id?: number }
  | { page: 'not-found' };

const areaPages = {
  '/login': ['account', 'login'],
  '/signup': ['account', 'signup'],
  '/forgot': ['account', 'forgot'],
  '/reset': ['account', 'reset'],
  '/verify': ['account', 'verify'],
  '/setup': ['account', 'setup'],
  '/account': ['account', 'account'],
  '/products': ['buying', 'products'],
  '/cart': ['buying', 'cart'],
  '/checkout': ['buying', 'checkout'],
  '/orders': ['buying', 'orders'],
  '/studio': ['studio', 'channels'],
  '/studio/team': ['studio', 'team'],
  '/studio/shop/products': ['shopkeeping', 'catalogue'],
  '/studio/shop/deals': ['shopkeeping', 'deals'],
  '/studio/shop/coupons': ['shopkeeping', 'coupons'],
  '/studio/shop/orders': ['shopkeeping', 'shop-orders'],
  '/studio/shop/sales': ['shopkeeping', 'sales'],
  '/operations': ['operations', 'overview'],
  '/operations/events': ['operations', 'events'],
  '/operations/accounts': ['operations', 'accounts'],
  '/operations/refusals': ['operations', 'refusals'],
  '/operations/shops': ['operations', 'shops'],
  '/operations/audit': ['operations', 'audit'],
  '/operations/security': ['operations', 'security'],
} as const satisfies Record<string, readonly [Area, string]>;

/** Pages of one thing, by its number. */
const numberedPages = {
  '/products': ['buying', 'product'],
  '/orders': ['buying', 'order'],
  '/studio/shop/products': ['shopkeeping', 'catalogue-product'],
  '/studio/shop/orders': ['shopkeeping', 'shop-order'],
} as const satisfies Record<string, readonly [Area, string]>;

/** The addresses of all pages, as src/site/pages.cpp of the server lists them: any other is a 404 there. */
export const pagePaths: readonly string[] = [
  '/',
  '/watch/:channel',
  '/studio/:channel',
  ...Object.keys(areaPages),
  ...Object.keys(numberedPages).map((path) => `${path}/:number`),
];

export type AreaPage = (typeof areaPages)[keyof typeof areaPages][1] | (typeof numberedPages)[keyof typeof numberedPages][1] | 'channel';

/** What the pages of an area are told. */
export interface AreaPageProps {
  page: AreaPage;
  channel: string;
  /** The number in the address of a product or an order, else 0. */
  id: number;
}

// Numbers as the server counts them: no sign, no leading zero, exact in JavaScript.
const number = /^[1-9][0-9]{0,14}$/;
const channelName = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The page at a path; a trailing slash does not matter. */
export function routeOf(path: string): Route {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 0) return { page: 'home' };
  const known = areaPages[`/${parts.join('/')}` as keyof typeof areaPages];
  if (known !== undefined) return { page: known[1], area: known[0], channel: '' };
  const last = parts.at(-1) ?? '';
  const numbered = numberedPages[`/${parts.slice(0, -1).join('/')}` as keyof typeof numberedPages];
  if (numbered !== undefined && number.test(last)) return { page: numbered[1], area: numbered[0], channel: '', id: Number(last) };
  const [first, channel] = parts;
  if (parts.length === 2 && channel !== undefined && channelName.test(channel)) {
    if (first === 'watch') return { page: 'watch', channel };
    if (first === 'studio') return { page: 'channel', area: 'studio', channel };
  }
  return { page: 'not-found' };
}

/** Whether two addresses are one page, so that moving between them keeps what it holds. */
export const samePage = (a: Route, b: Route): boolean =>
  a.page === b.page && keyOf(a) === keyOf(b);

const keyOf = (at: Route): string => ('channel' in at ? `${at.channel}/${'id' in at ? at.id : ''}` : '');
