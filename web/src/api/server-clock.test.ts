import { describe, expect, it } from 'vitest';
import { ServerClock } from './server-clock';

/** One answer of a server whose clock is `skewMs` ahead, 10 ms away in each direction. */
function observe(clock: ServerClock, clientMs: number, skewMs: number): void {
  const serverMs = clientMs + 10 + skewMs;
  const dateMs = Math.floor(serverMs / 1000) * 1000;
  clock.observe({ sentAtMs: clientMs, receivedAtMs: clientMs + 20, dateMs, ageSeconds: 0 });
}

const startMs = 1_800_000_000_137;

describe('ServerClock', () => {
  it('assumes equal clocks until shown otherwise', () => {
    const clock = new ServerClock();
    expect(clock.skewMs()).toBe(0);
    for (let i = 0; i < 20; i++) observe(clock, startMs + i * 2077, 0);
    expect(clock.skewMs()).toBe(0);
  });

  it.each([-5400, -730, 640, 3_600_000])('finds a skew of %i ms through whole-second dates', (skewMs) => {
    const clock = new ServerClock();
    for (let i = 0; i < 40; i++) observe(clock, startMs + i * 2077, skewMs);
    expect(Math.abs(clock.skewMs() - skewMs)).toBeLessThan(120);
  });

  it('follows a clock that was set', () => {
    const clock = new ServerClock();
    for (let i = 0; i < 20; i++) observe(clock, startMs + i * 2077, 0);
    for (let i = 20; i < 60; i++) observe(clock, startMs + i * 2077, 90_000);
    expect(Math.abs(clock.skewMs() - 90_000)).toBeLessThan(120);
  });

  it('ignores an answer without a date', () => {
    const clock = new ServerClock();
    clock.observe({ sentAtMs: startMs, receivedAtMs: startMs + 20, dateMs: Number.NaN, ageSeconds: 0 });
    expect(clock.skewMs()).toBe(0);
  });
});
