import { expect, test } from 'vitest';
import { dispatchRows, kernelRows } from '../../src/profile/roofline';
import { describeProfile } from '../../tools/profile-report';
import { PROFILE } from '../profile/profile';

const ceilings = { compute: 100, bandwidth: 10 };
const report = {
  adapter: 'a GPU',
  precision: 'f32',
  size: 64,
  motionSize: 128,
  commit: null,
  ceilings: { gflops: 100, gbPerS: 10 },
  frame: { ...PROFILE.frame, sumMs: PROFILE.sumMs },
  kernels: kernelRows(PROFILE, ceilings),
  dispatches: dispatchRows(PROFILE, ceilings),
} as const;

test('head, dispatches, kernels', () => {
  const [head, dispatches, kernels] = describeProfile(report).split('\n\n');
  expect(head!.split('\n')).toEqual([
    'adapter     a GPU',
    'commit      none',
    'network     size 64, motion size 128, f32',
    'ceilings    100 GFLOP/s, 10.0 GB/s, measured on the spot',
    'frame       0.500 ms on the GPU in one pass, 0.900 ms by the clock',
    'kernels     0.634 ms, the sum of 4 dispatches in a pass each',
    'difference  the sum is 26.8 % above the frame: profiling changes what it times',
    'stamps      6 of 20 missing',
  ]);
  const rows = dispatches!.split('\n').map((line) => line.split(/ {2,}/));
  expect(rows[0]).toEqual(['layer', 'kernel', 'shape', 'time', 'ms', 'GFLOP/s', 'GB/s', 'roofline']);
  expect(rows[1]).toEqual(['first', 'conv2d', '3 x 8 x 8 -> 4 x 8 x 8', '47.3 %', '0.300', '6.67', '6.67', '66.7 %']);
  expect(rows[2]).toEqual(['lost', 'conv2d', '3 x 8 x 8 -> 4 x 8 x 8', '-', '-', '-', '-', '-']);
  expect(kernels!.split('\n').map((line) => line.split(/ {2,}/)[0])).toEqual(['kernel', 'spade', 'conv2d']);
});

test('a frame without stamps is said to be unknown', () => {
  const text = describeProfile({ ...report, frame: { ...report.frame, gpuMs: undefined } });
  expect(text).toContain('frame       - ms on the GPU');
  expect(text).toContain('difference  unknown');
});
