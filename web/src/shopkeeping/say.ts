import { formatMoney, moneyInput, parseMoney } from '../i18n/money';
import { shopWords } from '../shared/shop/words';
import { shopkeepingWords } from './words';

/** What can go wrong, in the words of who sells. */
export const problems = (): Partial<Record<string, string>> => ({ ...shopWords.words.value.problems, ...shopkeepingWords.words.value.problems });

export const amountError = (typed: string, currency: string): string | undefined =>
  parseMoney(typed, currency) === null ? shopkeepingWords.words.value.amountWrong(moneyInput(parseMoney('12000', currency) ?? 0, currency)) : undefined;

/** A whole number from `least` on; null for anything else. */
export function wholeNumber(typed: string, least = 0): number | null {
  const value = /^-?\d{1,9}$/.test(typed.trim()) ? Number(typed.trim()) : NaN;
  return value >= least ? value : null;
}
export const numberError = (typed: string, least = 0): string | undefined => (wholeNumber(typed, least) === null ? shopkeepingWords.words.value.numberWrong : undefined);

/** The value of a datetime-local input is in the reader's own time zone. */
export function timeOf(typed: string): string | null {
  const ms = typed === '' ? NaN : new Date(typed).getTime();
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
}

/** A moment as a datetime-local input writes it. */
export function timeInput(ms: number): string {
  const at = new Date(ms);
  return new Date(ms - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export const priceRange = ({ price_min, price_max, currency }: { price_min: number; price_max: number; currency: string }): string =>
  price_min === price_max ? formatMoney(price_min, currency) : `${formatMoney(price_min, currency)} – ${formatMoney(price_max, currency)}`;
