import { describe, expect, it } from 'vitest';
import { axisMax } from './axis';

describe('axisMax', () => {
  it.each([
    [0, 1],
    [1, 1.5],
    [4.1, 5],
    [30, 40],
    [9.9, 20],
    [1284, 1500],
  ])('ends the axis of %d at %d', (most, max) => expect(axisMax(most)).toBe(max));
});
