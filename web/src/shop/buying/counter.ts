import { wait } from '../../api/poller';
import { fetchHolds, newHold, releaseHold } from '../../api/selling/holds';
import { fetchOrder, newOrder } from '../../api/selling/orders';
import type { Counter } from './purchase';

/** The shop itself, over HTTP. */
export const counterOf = (shop: string): Counter => ({
  newHold,
  newOrder: () => newOrder(shop),
  fetchHolds,
  fetchOrder,
  releaseHold,
  nowMs: () => performance.now(),
  wait,
});
