import { expect, test } from 'vitest';
import { repeatsFor, requireTimestamps } from '../../src/profile/profile';
import { frameTimes, median, medianDeviation, p95 } from '../../src/profile/statistics';

test('median', () => {
  expect(median([3])).toBe(3);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 2, 10])).toBe(3);
  expect(median([])).toBeNaN();
});

test('95 % of the values are no larger', () => {
  expect(p95([7])).toBe(7);
  expect(p95([2, 1])).toBe(2);
  expect(p95(Array.from({ length: 20 }, (_, i) => 20 - i))).toBe(19);
  expect(p95(Array.from({ length: 100 }, (_, i) => i + 1))).toBe(95);
  expect(p95([])).toBeNaN();
});

test('one slow frame does not move the spread', () => {
  expect(medianDeviation([10, 11, 12, 13, 1000])).toBe(1);
  expect(medianDeviation([5, 5, 5])).toBe(0);
});

test('the summary of frames leaves the samples as they are', () => {
  const samples = [5, 1, 3];
  expect(frameTimes(samples)).toEqual({ median: 3, p95: 5, min: 1, mad: 2 });
  expect(samples).toEqual([5, 1, 3]);
});

test.each([
  ['a slow dispatch runs once', 25, 1, 1],
  ['one of 1 ms runs ten times', 1, 1, 10],
  ['a sample too short grows', 2, 20, 100],
  ['no fewer than before', 40, 4, 4],
  ['nothing measured: as often as allowed', 0, 1, 1000],
  ['a missing stamp: as often as allowed', undefined, 1, 1000],
])('%s', (_, ms, count, expected) => {
  expect(repeatsFor(ms, count, 10)).toBe(expected);
});

test('a device without timestamp-query is told so', () => {
  const features = new Set<string>() as unknown as GPUSupportedFeatures;
  expect(() => requireTimestamps({ features })).toThrow(
    expect.objectContaining({
      code: 'LIMIT',
      message: 'this adapter has no timestamp-query, so single kernels cannot be timed',
    }),
  );
});
