import { expect, test } from 'vitest';
import { groupTaps, joinWeights, tapCount } from '../../src/kernels/tap-groups';
import { convTaps, nearestIndex, throughIndex } from '../../src/kernels/taps';

const stretched = (input: number, output: number): Int32Array =>
  throughIndex(convTaps(output, 3, 1, 1), nearestIndex(input, output));

test('a plain convolution is one group with all its taps', () => {
  const groups = groupTaps(convTaps(9, 4, 2, 1), 4);
  expect(groups).toEqual([{ positions: [0, 1, 2, 3], joined: [0, 1, 2, 3], size: 4 }]);
});

test('after nearest x2 there are two groups of two taps', () => {
  expect(groupTaps(stretched(3, 6), 3)).toEqual([
    { positions: [0, 2, 4], joined: [0, 1, 1], size: 2 },
    { positions: [1, 3, 5], joined: [0, 0, 1], size: 2 },
  ]);
});

test('after nearest x4 half of the positions need one tap', () => {
  const groups = groupTaps(stretched(16, 64), 3);
  expect(groups.map(({ positions, size }) => [positions.length, size])).toEqual([
    [16, 2],
    [32, 1],
    [16, 2],
  ]);
  expect(tapCount(groups)).toBe(96); // of 192
});

test('every position belongs to one group, whatever the ratio', () => {
  const positions = groupTaps(stretched(16, 90), 3).flatMap((group) => group.positions);
  expect(positions.sort((a, b) => a - b)).toEqual(Array.from({ length: 90 }, (_, i) => i));
});

test('weights of joined taps are summed', () => {
  const weight = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const [even, odd] = groupTaps(stretched(3, 6), 3);
  expect([...joinWeights(weight, even!, odd!)]).toEqual([1 + 2, 3, 4 + 5 + 7 + 8, 6 + 9]);
  expect([...joinWeights(weight, odd!, even!)]).toEqual([1 + 4, 2 + 3 + 5 + 6, 7, 8 + 9]);
});
