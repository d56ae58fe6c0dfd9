import { describe, expect, it } from 'vitest';
import { LatencyController, latencyLimits, type LatencySample } from './latency-controller';

const sample = (over: Partial<LatencySample>): LatencySample => ({
  nowMs: 0,
  latencySeconds: 1.5,
  targetSeconds: 1.5,
  bufferSeconds: 1.4,
  deliverySeconds: 0.5,
  ...over,
});

/** Plays `seconds` against an edge that moves at speed 1, four updates a second. */
function play(controller: LatencyController, latency: number, seconds: number, startMs = 0) {
  let latencySeconds = latency;
  let fastest = 1;
  let slowest = 1;
  let jumped = false;
  for (let step = 0; step < seconds * 4; step++) {
    const action = controller.update(
      sample({ nowMs: startMs + step * 250, latencySeconds, bufferSeconds: latencySeconds - 0.2 }),
    );
    if (action.kind === 'jump') {
      jumped = true;
      break;
    }
    fastest = Math.max(fastest, action.rate);
    slowest = Math.min(slowest, action.rate);
    latencySeconds -= (action.rate - 1) * 0.25;
  }
  return { latencySeconds, fastest, slowest, jumped };
}

describe('LatencyController', () => {
  it('leaves the speed alone near the target', () => {
    const { fastest, slowest } = play(new LatencyController(), 1.65, 10);
    expect([fastest, slowest]).toEqual([1, 1]);
  });

  it('catches up to the target with a buffer that hls.js would call too small', () => {
    const { latencySeconds, fastest } = play(new LatencyController(), 2.3, 30);
    expect(latencySeconds).toBeLessThan(1.5 + latencyLimits.engageSeconds);
    expect(fastest).toBeLessThanOrEqual(latencyLimits.rateMax);
    expect(fastest).toBeGreaterThan(1.05);
  });

  it('slows down gently when too near the edge', () => {
    const { latencySeconds, slowest } = play(new LatencyController(), 0.9, 30);
    expect(latencySeconds).toBeGreaterThan(1.5 - latencyLimits.engageSeconds);
    expect(slowest).toBeGreaterThanOrEqual(latencyLimits.rateMin);
  });

  it('does not hurry over a thin buffer: the publisher is late, not the viewer', () => {
    const controller = new LatencyController();
    for (let step = 0; step < 20; step++) {
      expect(controller.update(sample({ latencySeconds: 3, bufferSeconds: 0.4 }))).toEqual({ kind: 'rate', rate: 1 });
    }
  });

  it('jumps when catching up by speed would take too long', () => {
    expect(play(new LatencyController(), 8, 10).jumped).toBe(true);
    expect(play(new LatencyController(), 4, 10).jumped).toBe(false);
  });

  it('keeps more distance after stalls and gives it back in calm', () => {
    const controller = new LatencyController();
    controller.onStall(0);
    controller.onStall(1000);
    expect(controller.targetSeconds(1.5)).toBe(1.5 + 2 * latencyLimits.stallMarginSeconds);
    play(controller, 2, 3 * (latencyLimits.calmMs / 1000), 1000);
    expect(controller.targetSeconds(1.5)).toBe(1.5);
  });

  it('bounds what stalls can add', () => {
    const controller = new LatencyController();
    for (let i = 0; i < 100; i++) controller.onStall(i * 1000);
    expect(controller.targetSeconds(1.5)).toBe(1.5 + latencyLimits.stallMarginSecondsMax);
  });
});
