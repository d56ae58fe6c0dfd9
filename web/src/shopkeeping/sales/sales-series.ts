import type { Sales } from '../api';

type Row = Sales['rows'][number];

const stepMs: Record<Sales['by'], number> = { hour: 3_600_000, day: 86_400_000 };

/** Rows by time, with a zero for each hour or day between two of them in which nothing was sold. */
export function filled(rows: readonly Row[], by: Sales['by']): Row[] {
  const sorted = rows.filter(({ at }) => Number.isFinite(Date.parse(at))).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const all: Row[] = [];
  for (const row of sorted) {
    const before = all.at(-1);
    // Bounded: a row of another century must not fill the memory.
    for (let at = before ? Date.parse(before.at) + stepMs[by] : Infinity; at < Date.parse(row.at) && all.length < 1000; at += stepMs[by]) {
      all.push({ at: new Date(at).toISOString(), orders: 0, units: 0, gross: 0, refunded: 0 });
    }
    all.push(row);
  }
  return all;
}

/** The best hour or day; null when nothing was sold. */
export function best(rows: readonly Row[]): Row | null {
  const most = rows.reduce<Row | null>((top, row) => (top === null || row.gross > top.gross ? row : top), null);
  return most && most.gross > 0 ? most : null;
}
