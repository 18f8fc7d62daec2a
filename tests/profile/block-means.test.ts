import { expect, test } from 'vitest';
import { blockMeans, largestDifference } from '../../src/profile/block-means';

test('means of blocks, channel by channel, alpha left out', () => {
  const size = 16;
  const data = new Uint8Array(size * size * 4).fill(200);
  // Two of the four pixels of the second block.
  data.set([10, 20, 30], 2 * 4);
  data.set([30, 40, 50], 3 * 4);
  const means = blockMeans({ width: size, height: size, data });
  expect(means).toHaveLength(192);
  expect(means.slice(0, 6)).toEqual([200, 200, 200, 110, 115, 120]);
  expect(new Set(means.slice(6))).toEqual(new Set([200]));
});

test('the largest difference; no number and other sizes are never near', () => {
  expect(largestDifference([1, 2, 3], [1, 4, 2])).toBe(2);
  expect(largestDifference([1, NaN, 3], [1, 2, 3])).toBeNaN();
  expect(largestDifference([1], [1, 2])).toBe(Infinity);
});
