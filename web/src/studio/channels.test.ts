import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('location', { hostname: 'shop.lan', pathname: '/', search: '' });
vi.stubGlobal('document', { documentElement: {}, addEventListener: () => {} });
const { isName, nameOf, reachable } = await import('./channels');

describe('nameOf', () => {
  it.each([
    ['Winter skin care, part 2!', 'winter-skin-care-part-2'],
    ['  Crème brûlée  ', 'creme-brulee'],
    ['오늘 밤 립 컬러', ''],
    ['봄 palette 신상', 'palette'],
    [`${'a'.repeat(39)} b`, 'a'.repeat(39)],
  ])('makes of %j the name %j', (title, name) => {
    expect(nameOf(title)).toBe(name);
    if (name !== '') expect(isName(name)).toBe(true);
  });
});

describe('reachable', () => {
  it.each([
    ['rtmp://0.0.0.0:1935/live', 'rtmp://shop.lan:1935/live'],
    ['rtmps://127.0.0.1:1936/live', 'rtmps://shop.lan:1936/live'],
    ['rtmp://[::]:1935/live', 'rtmp://shop.lan:1935/live'],
    ['rtmp://media.shop.example:1935/live', 'rtmp://media.shop.example:1935/live'],
    ['rtmp://localhost.example/live', 'rtmp://localhost.example/live'],
  ])('turns %s into %s', (address, shown) => expect(reachable(address)).toBe(shown));
});
