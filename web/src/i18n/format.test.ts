import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('document', { documentElement: {} });
vi.stubGlobal('navigator', { languages: ['en'] });
const { language } = await import('./language');
const { formatAgo, formatBitrate, formatBytes, formatCount, formatTenths, formatTime } = await import('./format');

const now = Date.parse('2026-11-22T10:00:00Z');

describe('format', () => {
  it('says how long ago in the reader\'s language', () => {
    language.value = 'en';
    expect(formatAgo('2026-11-22T09:55:10Z', now)).toBe('4 minutes ago');
    expect(formatAgo('2026-11-21T09:00:00Z', now)).toBe('yesterday');
    expect(formatAgo('2026-11-22T09:59:58Z', now)).toBe('now');
    language.value = 'ko';
    expect(formatAgo('2026-11-22T09:55:10Z', now)).toBe('4분 전');
  });

  it('says the date of what is long ago, and nothing of what is no time', () => {
    language.value = 'en';
    expect(formatAgo('2026-01-02T12:00:00Z', now)).toBe('Jan 2, 2026');
    expect(formatAgo(null, now)).toBe('');
    expect(formatTime('never')).toBe('');
  });

  it('gives sizes and speeds in their unit', () => {
    language.value = 'en';
    expect(formatBytes(0)).toBe('0 B');
    expect(formatBytes(1536)).toBe('1.5 KiB');
    expect(formatBytes(412_000_000)).toBe('393 MiB');
    expect(formatBitrate(4_160_000)).toBe('4.2 Mbit/s');
    expect(formatBitrate(64_400)).toBe('64 kbit/s');
  });

  it.each(['en', 'ko'] as const)('writes numbers as Intl does, with a formatter or without: %s', (tag) => {
    language.value = tag;
    const tenths = new Intl.NumberFormat(tag, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    const standard = new Intl.NumberFormat(tag);
    for (const count of [0, 7, 998, 999, 1000, 1001, 9999, -1, -999, -1234]) expect(formatCount(count)).toBe(standard.format(count));
    for (const value of [0, 0.04, 0.05, 0.25, 1.35, 2.449, 99.95, 998.96, 999.04, 999.96, 1234.5, -3.25]) expect(formatTenths(value)).toBe(tenths.format(value));
    expect(formatCount(12_345)).toBe(new Intl.NumberFormat(tag, { notation: 'compact' }).format(12_345));
  });
});
