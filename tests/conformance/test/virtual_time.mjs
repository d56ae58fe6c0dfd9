/**
 * Time that passes only when nobody has anything left to do now. A test of thirty seconds of live
 * stream takes as long as its computing does, and gives the same answer every time.
 */
export class VirtualTime {
  #timers = [];
  #order = 0;

  /** @param {number} start_ms */
  constructor(start_ms) {
    this.now_ms = start_ms;
  }

  /** @param {number} time_ms @returns {Promise<void>} */
  until(time_ms) {
    return new Promise((resolve) => {
      this.#timers.push({ time_ms: Math.max(time_ms, this.now_ms), order: this.#order++, resolve });
    });
  }

  /** Lets time pass until `work` is done; throws when it waits for nothing. */
  async run(work) {
    let settled = false;
    const watched = work.finally(() => { settled = true; });
    watched.catch(() => {});
    for (;;) {
      await new Promise((done) => setImmediate(done));
      if (settled) return watched;
      const next = this.#timers.sort((a, b) => a.time_ms - b.time_ms || a.order - b.order).shift();
      if (!next) throw new Error('virtual time: everybody waits and no timer is set');
      this.now_ms = next.time_ms;
      next.resolve();
    }
  }
}
