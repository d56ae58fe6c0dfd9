import { Creation, get, remove, type Outcome } from '../call';
import { count, list, optional, record, text, type Of } from '../read';

export const readHold = record({
  id: count,
  sequence: count,
  shop: text,
  sku: count,
  deal: optional(count),
  quantity: count,
  price: count,
  // What delivery adds to an order of this hold alone; 0 from a server that does not say it.
  shipping: count,
  currency: text,
  expires_at: text,
  server_time: text,
});
/** Units set aside for one buyer, at a price that stays until it expires. `price` is of one unit. */
export type Hold = Of<typeof readHold>;

export interface Wish {
  sku: number;
  deal: number | null;
  quantity: number;
}

/** A deal that is none is left out: the server then takes the sku's own price. */
export const holdBody = ({ sku, deal, quantity }: Wish): Record<string, number> => ({ sku, ...(deal !== null && { deal }), quantity });

/** One press of "Buy": its key is new, and stays the same over its retries. */
export const newHold = (): Creation<Hold> => new Creation('/api/v1/holds', readHold);
export const fetchHolds = (): Promise<Outcome<Hold[]>> => get('/api/v1/holds', (value) => record({ holds: list(readHold) })(value).holds);
export const releaseHold = (hold: number): Promise<Outcome<null>> => remove(`/api/v1/holds/${hold}`);

/** How long a hold still lasts when it is read; the phone's own clock may be wrong. */
export const lastsMs = ({ expires_at, server_time }: Pick<Hold, 'expires_at' | 'server_time'>): number => {
  const ms = Date.parse(expires_at) - Date.parse(server_time);
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
};
