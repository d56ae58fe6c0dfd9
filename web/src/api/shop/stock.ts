import { exchange, jsonOf, type Outcome } from '../call';
import { silence } from '../problem';
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
  ask(): Promise<Outcome<Stock | null>> {
    // The browser's cache sends If-None-Match, and leaves an answer of the last second to the caches between.
    return exchange(`/api/v1/shops/${encodeURIComponent(this.shop)}/stock`, { cache: 'default' }, timeoutMs, async (response) => {
      const etag = response.headers.get('ETag') ?? '';
      if (etag !== '' && etag === this.etag) return { ok: true, value: null };
      const answer = await jsonOf(response);
      if (!Array.isArray(fields(answer).skus)) return { ok: false, problem: silence('unreadable') };
      this.etag = etag;
      return { ok: true, value: readStock(answer) };
    });
  }
}
