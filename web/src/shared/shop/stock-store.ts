import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { Poller } from '../../api/poller';
import type { Problem } from '../../api/problem';
import { StockFeed, type Deal, type SkuStock, type Stock } from '../../api/shop/stock';
import { serverNowMs } from './clock';

// Just above the second that caches may keep an answer: each question then reaches a fresh one.
const timing = { intervalMs: 1200, hiddenIntervalMs: 15_000, backoffMaxMs: 10_000 };

/** A shop's stock and deals of now, kept fresh while a page shows them. One for all pages of a shop. */
export class StockStore {
  readonly stock: Signal<Stock | null> = signal(null);
  readonly problem: Signal<Problem | null> = signal(null);
  readonly skus: ReadonlySignal<ReadonlyMap<number, SkuStock>> = computed(() => new Map((this.stock.value?.skus ?? []).map((each) => [each.sku, each])));
  /** Deals that run by the server's clock: one that is over is gone before the next answer says so. */
  readonly running: ReadonlySignal<Deal[]> = computed(() => (this.stock.value?.deals ?? []).filter(({ state, ends_at }) => state === 'running' && !(Date.parse(ends_at) <= serverNowMs.value)));
  readonly scheduled: ReadonlySignal<Deal[]> = computed(() => (this.stock.value?.deals ?? []).filter(({ state }) => state === 'scheduled').sort((a, b) => a.starts_at.localeCompare(b.starts_at)));
  private readonly feed: StockFeed;
  private readonly poller: Poller;
  private readers = 0;

  constructor(readonly shop: string) {
    this.feed = new StockFeed(shop);
    this.poller = new Poller(() => this.ask(), timing);
  }

  /** Keeps it fresh until the returned function is called. */
  readonly follow = (): (() => void) => {
    if (this.readers++ === 0) this.poller.start();
    return () => {
      if (--this.readers === 0) this.poller.stop();
    };
  };

  /** The buyer just changed something. */
  readonly askAgain = (): void => this.poller.now();

  /** The running deal of a sku, if there is one to show. */
  dealOf(sku: number): Deal | null {
    const id = this.skus.value.get(sku)?.deal;
    return this.running.value.find((deal) => deal.id === id || deal.sku === sku) ?? null;
  }

  private async ask(): Promise<boolean> {
    const outcome = await this.feed.ask();
    this.problem.value = outcome.ok ? null : outcome.problem;
    if (outcome.ok && outcome.value !== null) this.stock.value = outcome.value;
    return outcome.ok;
  }
}

const stores = new Map<string, StockStore>();

export function stockOf(shop: string): StockStore {
  const known = stores.get(shop) ?? new StockStore(shop);
  stores.set(shop, known);
  return known;
}
