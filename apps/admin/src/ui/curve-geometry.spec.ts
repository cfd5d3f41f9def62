import { describe, expect, it } from '@jest/globals';
import { areaPath, linePath, nearest, ticksUpTo } from './curve-geometry.js';

const room = { width: 100, height: 50 };

describe('a curve', () => {
  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [4, [0, 1, 2, 3, 4]],
    [7, [0, 2, 4, 6, 8]],
    [42, [0, 20, 40, 60]],
    [100_000, [0, 50_000, 100_000]],
  ])('has its grid at round numbers up to %s', (largest, ticks) => {
    expect(ticksUpTo(largest)).toEqual(ticks);
  });

  it('goes from the left edge to the right one, zero at the bottom', () => {
    expect(linePath([0, 10, 5], 10, room)).toBe('M0.0 50.0L50.0 0.0L100.0 25.0');
    expect(areaPath([0, 10], 10, room)).toBe('M0.0 50.0L100.0 0.0L100.0 50L0.0 50Z');
  });

  it('is nothing without values, and in the middle with a single one', () => {
    expect([linePath([], 10, room), areaPath([], 10, room)]).toEqual(['', '']);
    expect(linePath([10], 10, room)).toBe('M50.0 0.0');
  });

  it('finds the value below the pointer, also beside the drawing', () => {
    expect([-5, 0, 24, 26, 120].map((x) => nearest(x, 3, 100))).toEqual([0, 0, 0, 1, 2]);
  });
});
