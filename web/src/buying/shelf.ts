import { computed, signal } from '@preact/signals';
import type { Problem } from '../api/problem';
import { fetchCards, fetchProduct, type Card, type Product } from '../api/shop/catalogue';

// 500 products: a deal beyond them is still on its product's own page.
const pagesMax = 5;

/** The products of a shop as the page beside a show needs them: cards by sku, and single products on demand. */
export class Shelf {
  readonly cards = signal<Card[] | null>(null);
  readonly problem = signal<Problem | null>(null);
  readonly details = signal<ReadonlyMap<number, Product>>(new Map());
  private readonly bySku = computed(() => new Map((this.cards.value ?? []).flatMap((card) => card.skus.map((sku) => [sku, card] as const))));
  private loading = false;
  private readonly asked = new Set<number>();
  private readonly unknown = new Set<number>();

  constructor(private readonly shop: string) {}

  cardOf(sku: number): Card | null {
    return this.bySku.value.get(sku) ?? null;
  }

  /** Reads the products anew: all pages while a sku of `wanted` was not among them. */
  async load(wanted: readonly number[] = []): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    const cards: Card[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < pagesMax; page++) {
      const outcome: Awaited<ReturnType<typeof fetchCards>> = await fetchCards(this.shop, cursor);
      this.problem.value = outcome.ok ? null : outcome.problem;
      if (!outcome.ok) break;
      cards.push(...outcome.value.products);
      this.cards.value = [...cards];
      cursor = outcome.value.next_cursor;
      const missing = wanted.filter((sku) => !this.bySku.peek().has(sku));
      if (cursor === null || missing.length === 0) break;
    }
    for (const sku of wanted) if (!this.bySku.peek().has(sku)) this.unknown.add(sku);
    this.loading = false;
  }

  /** A deal of a product that came after the cards were read: they are read once more for it. */
  want(skus: readonly number[]): void {
    if (this.cards.peek() === null) return;
    const missing = skus.filter((sku) => !this.bySku.peek().has(sku) && !this.unknown.has(sku));
    if (missing.length > 0) void this.load(missing);
  }

  /** The names of a product's options are only in the product itself. */
  async detail(product: number): Promise<Product | null> {
    const known = this.details.peek().get(product);
    if (known || this.asked.has(product)) return known ?? null;
    this.asked.add(product);
    const outcome = await fetchProduct(product);
    if (!outcome.ok) {
      this.asked.delete(product);
      return null;
    }
    this.details.value = new Map(this.details.peek()).set(product, outcome.value);
    return outcome.value;
  }
}
