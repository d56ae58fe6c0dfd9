import { describe, expect, it } from 'vitest';
import { fit } from './shrink';

describe('fit', () => {
  it.each([
    [4000, 3000, 1920, { width: 1920, height: 1440 }],
    [3000, 4000, 1920, { width: 1440, height: 1920 }],
    [800, 600, 1920, { width: 800, height: 600 }],
    [10_000, 2, 1920, { width: 1920, height: 1 }],
  ])('%i × %i into %i', (width, height, edge, size) => expect(fit(width, height, edge)).toEqual(size));
});
