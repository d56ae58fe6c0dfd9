import { wait } from '../../api/poller';
import { fetchHolds, newHold, releaseHold } from '../../api/shop/holds';
import { fetchOrder, newOrder } from '../../api/shop/orders';
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
