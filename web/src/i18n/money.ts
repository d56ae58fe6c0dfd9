import { numberFormat } from './format';

/** How many decimals a currency has: none for KRW, two for USD. One that Intl does not know has none. */
export function minorDigits(currency: string): number {
  let digits = known.get(currency);
  if (digits === undefined) {
    try {
      digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 0;
    } catch {
      digits = 0;
    }
    known.set(currency, digits);
  }
  return digits;
}

// A list of products writes dozens of prices each second.
const known = new Map<string, number>();

/** Minor units as the reader writes the currency: 12000 KRW -> "₩12,000", 1999 USD -> "$19.99". */
export function formatMoney(minor: number, currency: string): string {
  const value = minor / 10 ** minorDigits(currency);
  try {
    return numberFormat({ style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(value);
  } catch {
    return `${numberFormat({}).format(value)} ${currency}`.trim();
  }
}

/** Minor units as they stand in an input: 1999 USD -> "19.99". */
export const moneyInput = (minor: number, currency: string): string => (minor / 10 ** minorDigits(currency)).toFixed(minorDigits(currency));

/** What was typed, in minor units; null for what is no amount of this currency. Grouping commas are allowed. */
export function parseMoney(typed: string, currency: string): number | null {
  const digits = minorDigits(currency);
  const [, whole, decimals = ''] = /^(\d{1,12})(?:\.(\d+))?$/.exec(typed.replace(/[\s,]/g, '')) ?? [];
  if (whole === undefined || decimals.length > digits) return null;
  // By text, not by multiplying: 19.99 * 100 is 1998.9999999999998.
  return Number(whole + decimals.padEnd(digits, '0'));
}
