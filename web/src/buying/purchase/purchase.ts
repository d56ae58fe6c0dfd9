import { computed, signal } from '@preact/signals';
import type { Outcome } from '../../api/call';
import { askUntil, backoffMs } from '../../api/poller';
import type { Problem } from '../../api/problem';
import { count } from '../../api/read';
import { holdBody, lastsMs, type Hold, type Wish } from '../../api/shop/holds';
import { unsettled, type Order } from '../../api/shop/orders';
import { sendUntilDecided, type Attempt } from './until-decided';

/**
 * One purchase, from the first tap to the paid order.
 * idle -> holding -> held -> ordering -> ordered; `expired` and `refused` lead back to holding.
 */
export type Step =
  | { at: 'idle' }
  | { at: 'holding' }
  | { at: 'held'; hold: Hold }
  | { at: 'ordering'; hold: Hold }
  | { at: 'ordered'; order: Order }
  | { at: 'expired' }
  | { at: 'refused'; problem: Problem };

/** The shop as a purchase sees it, so that tests can be the shop, and turn the clock. */
export interface Counter {
  newHold(): Attempt<Hold>;
  newOrder(): Attempt<Order>;
  fetchHolds(): Promise<Outcome<Hold[]>>;
  fetchOrder(order: number): Promise<Outcome<Order>>;
  releaseHold(hold: number): Promise<unknown>;
  /** A clock that nobody sets. */
  nowMs(): number;
  wait(ms: number): Promise<void>;
}

// The contract: read the order again in a second.
const orderTiming = { intervalMs: 1000, backoffMaxMs: 8000 };

// After these the hold stands, and the second tap can be tried again; all others end it.
const holdStands: readonly string[] = ['price_changed', 'address_missing', 'busy', 'request_in_flight', 'not_selling', 'idempotency_key_reused', 'coupon_refused', 'coupon_used_up', 'sign_in_required', 'session_required'];

export class Purchase {
  readonly step = signal<Step>({ at: 'idle' });
  /** Why the second tap was in vain while the hold still stands. */
  readonly problem = signal<Problem | null>(null);
  /** The network is silent, and the same request is sent again. */
  readonly retrying = signal(false);
  /** What is left of the hold. */
  readonly leftMs = signal(0);
  /** Today's total, where the shop said that it is another one: the next press agrees to it. */
  readonly todaysTotal = signal<number | null>(null);
  readonly total = computed(() => {
    const step = this.step.value;
    if (step.at !== 'held' && step.at !== 'ordering') return 0;
    return this.todaysTotal.value ?? step.hold.price * step.hold.quantity + step.hold.shipping;
  });

  private wish: Wish | null = null;
  private holding: Attempt<Hold> | null = null;
  private ordering: Attempt<Order> | null = null;
  private deadlineMs = 0;
  /** Grows when the buyer goes elsewhere: what was asked before is then nobody's business. */
  private visit = 0;

  constructor(private readonly counter: Counter) {}

  /** The first tap. */
  async start(wish: Wish): Promise<void> {
    this.visit += 1;
    this.wish = wish;
    this.holding = this.counter.newHold();
    await this.hold();
  }

  /** After a refusal, or when the time was over: the same wish again. One whose fate is unknown keeps its key. */
  async again(): Promise<void> {
    const step = this.step.peek();
    if (!this.wish || (step.at !== 'refused' && step.at !== 'expired')) return;
    if (step.at === 'expired' || !this.holding) this.holding = this.counter.newHold();
    await this.hold();
  }

  /** Goes on with a hold that was taken before this page was opened. */
  resume(hold: Hold): void {
    this.visit += 1;
    this.wish = { sku: hold.sku, deal: hold.deal, quantity: hold.quantity };
    this.take(hold);
  }

  /** The second tap. */
  async order(): Promise<void> {
    const step = this.step.peek();
    if (step.at !== 'held') return;
    const { hold } = step;
    const expected_total = this.total.peek();
    const visit = this.visit;
    this.problem.value = null;
    this.step.value = { at: 'ordering', hold };
    this.ordering ??= this.counter.newOrder();
    const body = { lines: [holdBody(hold)], expected_total };
    const outcome = await sendUntilDecided(this.ordering, body, this.patience(visit));
    this.retrying.value = false;
    // An order is never dropped: even who went elsewhere finds it in the list of orders.
    if (visit !== this.visit) return;
    if (outcome.ok) return this.follow(outcome.value);
    if (outcome.problem.code === 'already_held' && (await this.findReceipt(outcome.problem, visit))) return;
    if (visit !== this.visit) return;
    this.refuseOrder(hold, outcome.problem);
  }

  /** Gives the hold back, or forgets what is over. An order stays. */
  leave(): void {
    const step = this.step.peek();
    if (step.at === 'ordering') return;
    this.visit += 1;
    if (step.at === 'held') void this.counter.releaseHold(step.hold.id);
    this.reset({ at: 'idle' });
  }

  /** Nobody looks any more. A hold stays until it is over: who comes back goes on with it. */
  stop(): void {
    this.visit += 1;
  }

  /** The clock of the page ticks. */
  tick(): void {
    const step = this.step.peek();
    if (step.at !== 'held' && step.at !== 'ordering') return;
    this.leftMs.value = Math.max(0, this.deadlineMs - this.counter.nowMs());
    // While the order is on its way, the shop decides whether it came in time.
    if (step.at === 'held' && this.leftMs.peek() === 0) this.reset({ at: 'expired' });
  }

  private async hold(): Promise<void> {
    if (!this.wish || !this.holding) return;
    const visit = this.visit;
    this.reset({ at: 'holding' });
    const outcome = await sendUntilDecided(this.holding, holdBody(this.wish), this.patience(visit));
    if (visit !== this.visit) {
      // Taken after the buyer went away: it goes back at once, and does not count as let expire.
      if (outcome.ok) void this.counter.releaseHold(outcome.value.id);
      return;
    }
    this.retrying.value = false;
    if (outcome.ok) return this.take(outcome.value);
    if (outcome.problem.code === 'already_held' && (await this.findReceipt(outcome.problem, visit))) return;
    if (visit === this.visit) this.step.value = { at: 'refused', problem: outcome.problem };
  }

  private take(hold: Hold): void {
    this.reset({ at: 'held', hold });
    this.ordering = null;
    this.deadlineMs = this.counter.nowMs() + lastsMs(hold);
    this.tick();
  }

  /** Another window, or this page before it was loaded anew, holds or ordered the same: that is gone on with. */
  private async findReceipt({ more }: Problem, visit: number): Promise<boolean> {
    const holds = await this.counter.fetchHolds();
    if (visit !== this.visit) return true;
    const held = holds.ok ? holds.value.find(({ sku }) => sku === this.wish?.sku) : undefined;
    if (held) {
      this.take(held);
      return true;
    }
    const receipt = count(more.receipt);
    if (receipt === 0) return false;
    const order = await this.counter.fetchOrder(receipt);
    if (visit !== this.visit) return true;
    if (order.ok) void this.follow(order.value);
    return order.ok;
  }

  private refuseOrder(hold: Hold, problem: Problem): void {
    if (problem.status !== null && problem.status < 500 && !holdStands.includes(problem.code)) {
      this.reset({ at: 'refused', problem });
      this.holding = this.counter.newHold();
      return;
    }
    if (problem.code === 'price_changed') this.todaysTotal.value = count(problem.more.total) || null;
    this.problem.value = problem;
    this.step.value = { at: 'held', hold };
    this.tick();
  }

  /** Reads the order again until its payment is settled. */
  private async follow(order: Order): Promise<void> {
    const visit = this.visit;
    this.reset({ at: 'ordered', order });
    let failures = 0;
    const ask = async (): Promise<Outcome<Order>> => {
      const outcome = await this.counter.fetchOrder(order.id);
      if (visit !== this.visit) return outcome;
      failures = outcome.ok ? 0 : failures + 1;
      this.retrying.value = !outcome.ok;
      if (outcome.ok) this.step.value = { at: 'ordered', order: outcome.value };
      return outcome;
    };
    const pauseMs = (outcome: Outcome<Order>): number | null => {
      const last = outcome.ok ? !unsettled(outcome.value) : outcome.problem.status !== null && outcome.problem.status < 500;
      return last ? null : backoffMs(orderTiming, failures);
    };
    await askUntil(ask, { pauseMs, wait: (ms) => this.counter.wait(ms), over: () => visit !== this.visit }, { ok: true, value: order });
  }

  private reset(step: Step): void {
    this.problem.value = null;
    this.retrying.value = false;
    this.todaysTotal.value = null;
    this.step.value = step;
  }

  private patience(visit: number) {
    return {
      wait: (ms: number) => this.counter.wait(ms),
      onRetry: () => {
        if (visit === this.visit) this.retrying.value = true;
      },
      over: () => visit !== this.visit,
    };
  }
}
