import { beforeEach, describe, expect, it, vi } from 'vitest';

vi.stubGlobal('document', { documentElement: {} });
vi.stubGlobal('navigator', { languages: ['en'] });
const kept = new Map<string, string>();
const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
vi.stubGlobal('localStorage', storage);
vi.stubGlobal('sessionStorage', storage);
const { readSession, session } = await import('./session');
const { chooseShop, inShop, onlyShop, ownShops, studioShop } = await import('./shops');

const shop = (id: string) => ({ id, name: { ko: id, en: id } });
const enter = (only: unknown, own: unknown[]): void => void (session.value = readSession({ shop: only, shops: own }));

beforeEach(() => {
  session.value = null;
  chooseShop('');
});

describe('the shop that is meant', () => {
  it('is unknown before the session is', () => {
    expect(onlyShop.value).toBeNull();
    expect(studioShop.value).toBe('');
  });

  it('is the only one there is, and the only one that one runs', () => {
    enter(shop('main'), [shop('main')]);
    expect(onlyShop.value?.id).toBe('main');
    expect(studioShop.value).toBe('main');
    enter(null, [shop('second')]);
    expect(onlyShop.value).toBeNull();
    expect(studioShop.value).toBe('second');
  });

  it('is never the first of several by itself', () => {
    enter(null, [shop('main'), shop('second')]);
    expect(studioShop.value).toBe('');
    chooseShop('second');
    expect(studioShop.value).toBe('second');
    expect(kept.get('shopcast.shop')).toBe('second');
  });

  it('is chosen anew when one no longer runs it', () => {
    chooseShop('gone');
    enter(null, [shop('main'), shop('second')]);
    expect(studioShop.value).toBe('');
    expect(ownShops.value).toHaveLength(2);
  });
});

it('an address names its shop where there are several, and not where there is one', () => {
  enter(shop('main'), []);
  expect(inShop('/products', 'main')).toBe('/products');
  enter(null, []);
  expect(inShop('/cart', 'second')).toBe('/cart?shop=second');
  expect(inShop('/cart', '')).toBe('/cart');
});
