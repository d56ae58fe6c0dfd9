import { describe, expect, it } from 'vitest';
import { LoadWatchdog, type LoadSample } from './load-watchdog';

const sample = (nowMs: number, over: Partial<LoadSample> = {}): LoadSample => ({
  nowMs,
  edgeSeconds: 100.5,
  bufferedEndSeconds: 100,
  deliverySeconds: 0.5,
  ...over,
});

describe('LoadWatchdog', () => {
  it('barks when a part is offered, nothing loads, and it stays so', () => {
    const dog = new LoadWatchdog();
    expect(dog.isStuck(sample(0))).toBe(false);
    expect(dog.isStuck(sample(200))).toBe(false);
    expect(dog.isStuck(sample(400))).toBe(true);
  });

  it('is silent while something loads, and when everything offered is buffered', () => {
    const dog = new LoadWatchdog();
    dog.onLoading(0);
    expect(dog.isStuck(sample(100))).toBe(false);
    expect(dog.isStuck(sample(5000))).toBe(false);
    dog.onLoadEnd();
    expect(dog.isStuck(sample(5100, { bufferedEndSeconds: 100.49 }))).toBe(false);
    expect(dog.isStuck(sample(9000, { bufferedEndSeconds: 100.49 }))).toBe(false);
  });

  it('counts idle time anew after each load', () => {
    const dog = new LoadWatchdog();
    expect(dog.isStuck(sample(0))).toBe(false);
    dog.onLoading(250);
    dog.onLoadEnd();
    expect(dog.isStuck(sample(400))).toBe(false);
    expect(dog.isStuck(sample(600))).toBe(false);
    expect(dog.isStuck(sample(750))).toBe(true);
  });

  it('gives a restart time to work, and does not trust a load that never ends', () => {
    const dog = new LoadWatchdog();
    dog.isStuck(sample(0));
    expect(dog.isStuck(sample(300))).toBe(true);
    expect(dog.isStuck(sample(1000))).toBe(false);
    expect(dog.isStuck(sample(3300))).toBe(true);
    dog.onLoading(4000);
    dog.isStuck(sample(14_100));
    expect(dog.isStuck(sample(14_500))).toBe(true);
  });
});
