/**
 * Every page the site has, as data: its address, and the area whose chunk draws it. The storefront's pages are in
 * the first chunk, because viewers come for them; the others arrive when they are asked for.
 */
export type Area = 'account' | 'studio' | 'operations';

export type Route =
  | { page: 'home' }
  | { page: 'watch'; channel: string }
  | { page: AreaPage; area: Area; channel: string }
  | { page: 'not-found' };

const areaPages = {
  '/login': ['account', 'login'],
  '/signup': ['account', 'signup'],
  '/forgot': ['account', 'forgot'],
  '/reset': ['account', 'reset'],
  '/verify': ['account', 'verify'],
  '/setup': ['account', 'setup'],
  '/account': ['account', 'account'],
  '/studio': ['studio', 'channels'],
  '/studio/team': ['studio', 'team'],
  '/operations': ['operations', 'overview'],
  '/operations/events': ['operations', 'events'],
  '/operations/accounts': ['operations', 'accounts'],
  '/operations/audit': ['operations', 'audit'],
  '/operations/security': ['operations', 'security'],
} as const satisfies Record<string, readonly [Area, string]>;

export type AreaPage = (typeof areaPages)[keyof typeof areaPages][1] | 'channel';

/** What the pages of an area are told. */
export interface AreaPageProps {
  page: AreaPage;
  channel: string;
}

const channelName = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The page at a path; a trailing slash does not matter. */
export function routeOf(path: string): Route {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 0) return { page: 'home' };
  const known = areaPages[`/${parts.join('/')}` as keyof typeof areaPages];
  if (known !== undefined) return { page: known[1], area: known[0], channel: '' };
  const [first, channel] = parts;
  if (parts.length === 2 && channel !== undefined && channelName.test(channel)) {
    if (first === 'watch') return { page: 'watch', channel };
    if (first === 'studio') return { page: 'channel', area: 'studio', channel };
  }
  return { page: 'not-found' };
}

/** Whether two addresses are one page, so that moving between them keeps what it holds. */
export const samePage = (a: Route, b: Route): boolean =>
  a.page === b.page && ('channel' in a ? a.channel : '') === ('channel' in b ? b.channel : '');
