import { describe, expect, it } from 'vitest';
import { HoleJumper, type HoleSample } from './hole-jumper';

const stuck = (nowMs: number, over: Partial<HoleSample> = {}): HoleSample => ({
  nowMs,
  time: 6.07,
  ranges: [[2, 6.25], [10, 14]],
  wantsToMove: true,
  ...over,
});

describe('HoleJumper', () => {
  it('jumps behind the hole when the playhead has stood before it for a while', () => {
    const jumper = new HoleJumper();
    for (let nowMs = 0; nowMs < 2500; nowMs += 250) expect(jumper.target(stuck(nowMs))).toBeNull();
    expect(jumper.target(stuck(2500))).toBeCloseTo(10.05);
  });

  it('tries again, not at once', () => {
    const jumper = new HoleJumper();
    jumper.target(stuck(0));
    expect(jumper.target(stuck(2500))).not.toBeNull();
    expect(jumper.target(stuck(2750))).toBeNull();
    expect(jumper.target(stuck(5000))).not.toBeNull();
  });

  it('leaves a playhead that moves, or that the viewer holds', () => {
    const moving = new HoleJumper();
    for (let nowMs = 0; nowMs < 6000; nowMs += 250) expect(moving.target(stuck(nowMs, { time: nowMs / 1000 }))).toBeNull();
    const paused = new HoleJumper();
    for (let nowMs = 0; nowMs < 6000; nowMs += 250) expect(paused.target(stuck(nowMs, { wantsToMove: false }))).toBeNull();
  });

  it('waits while there is nothing to land in', () => {
    const jumper = new HoleJumper();
    jumper.target(stuck(0));
    expect(jumper.target(stuck(3000, { ranges: [[2, 6.25]] }))).toBeNull();
    expect(jumper.target(stuck(3250, { ranges: [[2, 6.25], [10, 10.3]] }))).toBeNull();
    expect(jumper.target(stuck(3500))).toBeCloseTo(10.05);
  });
});
