import { describe, expect, it } from 'vitest';
import { nextPath, signInPath } from './next-path';

const origin = 'https://shop.example';
const next = (value: string): string => nextPath(`?next=${encodeURIComponent(value)}`, origin);

describe('nextPath', () => {
  it.each(['/studio', '/studio/team?x=1', '/watch/studio-1#t', '/operations/events'])('leads to %s of this site', (path) => {
    expect(next(path)).toBe(path);
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    'https://evil.example/',
    'https:evil.example',
    'javascript:alert(1)',
    ' //evil.example',
    'studio',
    '',
  ])('does not leave for %j', (path) => {
    expect(next(path)).toBe('/');
  });

  it('never leads back to the sign-in itself', () => {
    expect(next('/login?next=%2Flogin')).toBe('/');
    expect(next('/signup')).toBe('/');
  });

  it('is the home page when nothing is asked', () => expect(nextPath('', origin)).toBe('/'));
});

describe('signInPath', () => {
  it('comes back to where it was asked', () => {
    expect(signInPath('/studio/a?b=1')).toBe('/login?next=%2Fstudio%2Fa%3Fb%3D1');
    expect(nextPath(signInPath('/studio/a?b=1').slice('/login'.length), origin)).toBe('/studio/a?b=1');
  });
  it('has nothing to come back to from the home page and from itself', () => {
    expect(signInPath('/')).toBe('/login');
    expect(signInPath('/login?next=%2Fstudio', '/signup')).toBe('/signup');
  });
});
