import { expect, test } from 'vitest';
import { dispatchRows, kernelRows, leastMs } from '../../src/profile/roofline';
import { PROFILE } from './profile';

/** 2 MFLOP take 0.02 ms, 2 MB take 0.2 ms. */
const ceilings = { compute: 100, bandwidth: 10 };

test('the larger of operations and bytes is the least time', () => {
  expect(leastMs({ macs: 1e6, bytes: 2e6 }, ceilings)).toBeCloseTo(0.2);
  expect(leastMs({ macs: 1e6, bytes: 1e3 }, ceilings)).toBeCloseTo(0.02);
  expect(leastMs({ macs: 0, bytes: 0 }, ceilings)).toBe(0);
});

test('rates of a dispatch', () => {
  const [first, lost] = dispatchRows(PROFILE, ceilings);
  expect(first!.gflops).toBeCloseTo(2e6 / 0.3e-3 / 1e9);
  expect(first!.gbPerS).toBeCloseTo(2e6 / 0.3e-3 / 1e9);
  expect(first!.roofline).toBeCloseTo(0.2 / 0.3);
  expect(lost).toMatchObject({ gflops: undefined, gbPerS: undefined, share: undefined, roofline: undefined });
  const shares = dispatchRows(PROFILE, ceilings).map(({ share = 0 }) => share);
  expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1);
});

test('totals by kernel, slowest first, without work that was not timed', () => {
  const rows = kernelRows(PROFILE, ceilings);
  expect(rows.map(({ kernel, dispatches, macs }) => [kernel, dispatches, macs])).toEqual([
    ['spade', 1, 1e6],
    ['conv2d', 3, 2e6],
  ]);
  expect(rows[1]!.gpuMs).toBeCloseTo(0.3007);
  expect(rows[1]!.roofline).toBeCloseTo(0.4 / 0.3007);
});
