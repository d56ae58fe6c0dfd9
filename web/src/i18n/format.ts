import { language } from './language';

/** Making a formatter costs a phone milliseconds, and the player writes its delay 4 times a second: each is made once. */
const made = new Map<string, unknown>();
function formatter<Options extends object, Made>(kind: new (at: string, options: Options) => Made, options: Options): Made {
  const key = `${kind.name} ${language.value} ${JSON.stringify(options)}`;
  const known = made.get(key) as Made | undefined;
  if (known) return known;
  const fresh = new kind(language.value, options);
  made.set(key, fresh);
  return fresh;
}

export const numberFormat = (options: Intl.NumberFormatOptions): Intl.NumberFormat => formatter(Intl.NumberFormat, options);

// The browser's first Intl formatter takes it 20 to 60 ms, in the middle of a page's start. Numbers without a
// thousand are written alike in both our languages (format.test.ts holds them to Intl), so the first paint does without one.
const isPlain = (value: number): boolean => Math.abs(value) <= 999;

/** Numbers and times as the reader writes them, in the reader's own time zone. */
export const formatCount = (count: number): string =>
  isPlain(count) ? String(count) : numberFormat({ notation: count >= 10_000 ? 'compact' : 'standard' }).format(count);

export const formatTenths = (value: number): string =>
  isPlain(value) ? value.toFixed(1) : numberFormat({ minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value);

/** 59 -> 0:59, 3661 -> 1:01:01. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (part: number): string => String(part).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const dateAndTime: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };

/** "22 Nov 2026, 14:03"; empty for what is no time. */
export function formatTime(at: string | null, options: Intl.DateTimeFormatOptions = dateAndTime): string {
  const ms = Date.parse(at ?? '');
  return Number.isFinite(ms) ? formatter(Intl.DateTimeFormat, options).format(ms) : '';
}

export const formatDate = (at: string | null): string => formatTime(at, { dateStyle: 'long' });

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** "5 minutes ago"; beyond a month the date itself says more. */
export function formatAgo(at: string | null, nowMs: number = Date.now()): string {
  const ms = Date.parse(at ?? '');
  if (!Number.isFinite(ms)) return '';
  const seconds = Math.round((ms - nowMs) / 1000);
  if (Math.abs(seconds) > 30 * 86_400) return formatTime(at, { dateStyle: 'medium' });
  const relative = formatter(Intl.RelativeTimeFormat, { numeric: 'auto' } as Intl.RelativeTimeFormatOptions);
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(0, 'second');
}

/** 1536 -> "1.5 KiB" in the reader's digits. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${numberFormat({ maximumFractionDigits: digits }).format(value)} ${units[unit]}`;
}

/** 4_200_000 -> "4.2 Mbit/s". */
export function formatBitrate(bitsPerSecond: number): string {
  const mega = bitsPerSecond >= 1_000_000;
  const value = bitsPerSecond / (mega ? 1_000_000 : 1000);
  const digits = mega ? 1 : 0;
  const shown = numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  return `${shown} ${mega ? 'Mbit/s' : 'kbit/s'}`;
}
