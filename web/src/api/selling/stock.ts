import { problemOf, silence } from '../problem';
import { serverClock } from '../client';
import type { Outcome } from '../call';
import { count, fields, list, oneOf, optional, record, text, type Of } from '../read';

/**
 * `held`: others hold the rest, some may return. `sold_out`: nothing comes back by itself. `off`: withdrawn.
 * A state of a later server reads as `off`: nothing is promised that this page does not understand.
 */
const readState = oneOf('off', 'available', 'low', 'held', 'sold_out');
export type StockState = ReturnType<typeof readState>;

const readSku = record({ sku: count, state: readState, left: optional(count), price: count, deal: optional(count) });
export type SkuStock = Of<typeof readSku>;

const readDeal = record({
  id: count,
  sku: count,
  state: oneOf('scheduled', 'running'),
  price: count,
  was: count,
  quantity: count,
  left: count,
  stock: readState,
  per_account_max: count,
  starts_at: text,
  ends_at: text,
});
export type Deal = Of<typeof readDeal>;

export const readStock = record({ shop: text, version: count, currency: text, skus: list(readSku), deals: list(readDeal) });
export type Stock = Of<typeof readStock>;

const timeoutMs = 8000;

/** One shop's stock, asked for again and again; an answer that is the one before costs neither bytes nor reading. */
export class StockFeed {
  private etag = '';

  constructor(private readonly shop: string) {}

  /** `null`: nothing changed since the last answer. */
  async ask(): Promise<Outcome<Stock | null>> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    const sentAtMs = Date.now();
    try {
      // The browser's cache sends If-None-Match, and leaves an answer of the last second to the caches between.
      const response = await fetch(`/api/v1/shops/${encodeURIComponent(this.shop)}/stock`, { cache: 'default', credentials: 'same-origin', signal: abort.signal });
      serverClock.observe({
        sentAtMs,
        receivedAtMs: Date.now(),
        dateMs: Date.parse(response.headers.get('Date') ?? ''),
        ageSeconds: Number(response.headers.get('Age') ?? 0) || 0,
      });
      if (!response.ok) {
        const body: unknown = await response.json().catch(() => undefined);
        return { ok: false, problem: problemOf(response.status, response.headers.get('Retry-After'), body) };
      }
      const etag = response.headers.get('ETag') ?? '';
      if (etag !== '' && etag === this.etag) return { ok: true, value: null };
      const answer: unknown = await response.json();
      if (!Array.isArray(fields(answer).skus)) return { ok: false, problem: silence('unreadable') };
      this.etag = etag;
      return { ok: true, value: readStock(answer) };
    } catch {
      return { ok: false, problem: silence(abort.signal.aborted ? 'timeout' : 'offline') };
    } finally {
      clearTimeout(timer);
    }
  }
}
