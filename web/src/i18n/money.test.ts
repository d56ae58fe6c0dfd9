import { afterEach, describe, expect, it, vi } from 'vitest';

vi.stubGlobal('document', { documentElement: {} });
vi.stubGlobal('navigator', { languages: ['en'] });
const { language } = await import('./language');
const { formatMoney, moneyInput, parseMoney } = await import('./money');

afterEach(() => void (language.value = 'en'));

describe('money', () => {
  it('has the decimals of its currency', () => {
    expect(formatMoney(12_000, 'KRW')).toBe('₩12,000');
    expect(formatMoney(1999, 'USD')).toBe('$19.99');
    language.value = 'ko';
    expect(formatMoney(12_000, 'KRW')).toBe('₩12,000');
  });

  it('says an amount even where the currency is none', () => expect(formatMoney(5, '')).toBe('5'));

  it.each([
    ['19.99', 'USD', 1999],
    ['19.9', 'USD', 1990],
    ['12,000', 'KRW', 12_000],
    [' 0 ', 'KRW', 0],
    ['12.5', 'KRW', null],
    ['1.999', 'USD', null],
    ['-1', 'USD', null],
    ['', 'USD', null],
    ['1e3', 'KRW', null],
  ])('reads %s %s as %s', (typed, currency, minor) => expect(parseMoney(typed, currency)).toBe(minor));

  it('gives back what it was given', () => {
    for (const [minor, currency] of [[1999, 'USD'], [12_000, 'KRW'], [5, 'USD']] as const) {
      expect(parseMoney(moneyInput(minor, currency), currency)).toBe(minor);
    }
  });
});
