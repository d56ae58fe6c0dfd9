import { describe, expect, it } from 'vitest';
import pagesCpp from '../../../src/site/pages.cpp?raw';
import { pagePaths, routeOf, samePage } from './routes';

describe('routeOf', () => {
  it.each([
    ['/', { page: 'home' }],
    ['/watch/studio-1', { page: 'watch', channel: 'studio-1' }],
    ['/watch/studio-1/', { page: 'watch', channel: 'studio-1' }],
    ['/login', { page: 'login', area: 'account', channel: '' }],
    ['/studio', { page: 'channels', area: 'studio', channel: '' }],
    ['/studio/team', { page: 'team', area: 'studio', channel: '' }],
    ['/studio/studio-1', { page: 'channel', area: 'studio', channel: 'studio-1' }],
    ['/products/7', { page: 'product', area: 'buying', channel: '', id: 7 }],
    ['/orders', { page: 'orders', area: 'buying', channel: '' }],
    ['/studio/shop/products', { page: 'catalogue', area: 'shopkeeping', channel: '' }],
    ['/studio/shop/orders/9100/', { page: 'shop-order', area: 'shopkeeping', channel: '', id: 9100 }],
    ['/operations/events', { page: 'events', area: 'operations', channel: '' }],
  ])('knows %s', (path, route) => expect(routeOf(path)).toEqual(route));

  it.each(['/watch', '/watch/Studio', '/watch/a/b', '/studio/Team!', '/studio/a/b', '/operations/nothing', '/constructor', '/products/x', '/products/07', '/products/-1', '/orders/1/2', '/studio/shop/deals/1', '/login/x'])(
    'does not know %s',
    (path) => expect(routeOf(path)).toEqual({ page: 'not-found' }),
  );

  it('tells pages apart by what they show', () => {
    expect(samePage(routeOf('/studio/a'), routeOf('/studio/a/'))).toBe(true);
    expect(samePage(routeOf('/studio/a'), routeOf('/studio/b'))).toBe(false);
    expect(samePage(routeOf('/products/7'), routeOf('/products/8'))).toBe(false);
    expect(samePage(routeOf('/'), routeOf('/login'))).toBe(false);
  });
});

describe('the list of pages', () => {
  it('is the same in src/site/pages.cpp, which answers any other address with 404', () => {
    const list = /\bpage_paths\{([^}]*)\}/.exec(pagesCpp)?.[1] ?? '';
    // The server says of what the number is: /orders/:order.
    const served = [...list.matchAll(/"([^"]+)"/g)].map(([, path = '']) => path.replace(/:(?!channel\b)\w+/, ':number'));
    expect(served.length).toBeGreaterThan(20);
    expect(served.sort()).toEqual([...pagePaths].sort());
  });

  it('leads to a page each', () => {
    const lost = pagePaths.filter((path) => routeOf(path.replace(':channel', 'studio-1').replace(':number', '7')).page === 'not-found');
    expect(lost).toEqual([]);
  });
});
