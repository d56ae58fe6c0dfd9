import { describe, expect, it, vi } from 'vitest';
import { best, filled } from './sales-series';

vi.stubGlobal('document', { documentElement: {} });

const row = (at: string, gross: number) => ({ at, gross, orders: 1, units: 1, refunded: 0 });

describe('sales', () => {
  it('have a zero for hours in which nothing was sold', () => {
    const rows = filled([row('2026-11-25T12:00:00.000Z', 5), row('2026-11-25T09:00:00.000Z', 7)], 'hour');
    expect(rows.map(({ at, gross }) => [at.slice(11, 13), gross])).toEqual([
      ['09', 7],
      ['10', 0],
      ['11', 0],
      ['12', 5],
    ]);
  });

  it('leave out what is no time, and end somewhere', () => {
    expect(filled([row('soon', 5)], 'day')).toEqual([]);
    expect(filled([row('0001-01-01T00:00:00Z', 1), row('2026-01-01T00:00:00Z', 1)], 'hour').length).toBeLessThan(1100);
  });

  it('have a best hour, unless nothing was sold', () => {
    expect(best([row('a', 1), row('b', 9), row('c', 3)])?.at).toBe('b');
    expect(best([row('a', 0)])).toBeNull();
    expect(best([])).toBeNull();
  });
});
