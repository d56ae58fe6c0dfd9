import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('document', { documentElement: {} });
vi.stubGlobal('navigator', { languages: ['en'] });
const { searchOf, searchPath } = await import('./search-address');

describe('the address of a list', () => {
  it.each([
    ['/products', { shop: '', q: '', category: '', sort: 'newest' }],
    [`/products?q=${encodeURIComponent('리')}`, { shop: '', q: '리', category: '', sort: 'newest' }],
    ['/products?category=lips&sort=price_asc', { shop: '', q: '', category: 'lips', sort: 'price_asc' }],
    ['/products?shop=second&category=lips', { shop: 'second', q: '', category: 'lips', sort: 'newest' }],
  ] as const)('%s says what it shows', (path, search) => {
    expect(searchPath(search)).toBe(path);
    expect(searchOf(path.slice('/products'.length))).toEqual(search);
  });

  it('takes only orders it knows', () => expect(searchOf('?sort=random').sort).toBe('newest'));
});
