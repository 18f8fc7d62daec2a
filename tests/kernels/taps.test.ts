import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  composeIndex,
  convTaps,
  convTransposeTaps,
  isIdentity,
  nearestIndex,
  throughIndex,
} from '../../src/kernels/taps';

test('a 3-wide convolution of padding 1 reads its neighbours and zero outside', () => {
  expect([...convTaps(3, 3, 1, 1)]).toEqual([-1, 0, 1, 0, 1, 2, 1, 2, -1]);
});

test('a 4-wide convolution of stride 2 and padding 1 halves', () => {
  expect([...convTaps(4, 4, 2, 1)]).toEqual([-1, 0, 1, 2, 1, 2, 3, -1]);
});

test('a transposed convolution gathers what the other one scatters', () => {
  const dimensions = fc.record({
    input: fc.integer({ min: 1, max: 9 }),
    kernel: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(dimensions, ({ input, kernel, stride }) => {
      const taps = convTransposeTaps(input, kernel, stride);
      const pairs: string[] = [];
      taps.forEach((from, i) => from >= 0 && pairs.push(`${from}+${i % kernel}->${Math.floor(i / kernel)}`));
      const wanted: string[] = [];
      for (let i = 0; i < input; i++) for (let k = 0; k < kernel; k++) wanted.push(`${i}+${k}->${i * stride + k}`);
      expect(pairs.sort()).toEqual(wanted.sort());
    }),
  );
});

test('nearest resizing is floor(i * in / out) in float32, and stays inside', () => {
  expect([...nearestIndex(2, 6)]).toEqual([0, 0, 0, 1, 1, 1]);
  expect([...nearestIndex(5, 3)]).toEqual([0, 1, 3]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }), (input, output) => {
      const index = nearestIndex(input, output);
      expect(index.length).toBe(output);
      index.forEach((at, i) => {
        expect(at).toBeGreaterThanOrEqual(0);
        expect(at).toBeLessThan(input);
        expect(Math.abs(at - Math.floor((i * input) / output))).toBeLessThanOrEqual(1);
      });
    }),
  );
});

test('reading through an index keeps zeros', () => {
  expect([...throughIndex(Int32Array.of(-1, 0, 2), Int32Array.of(5, 6, 7))]).toEqual([-1, 5, 7]);
});

test('two resizings compose', () => {
  const outer = { rows: Int32Array.of(0, 1, 1), cols: Int32Array.of(1) };
  const inner = { rows: Int32Array.of(3, 4), cols: Int32Array.of(0, 9) };
  expect(composeIndex(outer, inner)).toEqual({ rows: Int32Array.of(3, 4, 4), cols: Int32Array.of(9) });
});

test('only a 1-wide convolution of stride 1 is the identity', () => {
  expect(isIdentity(convTaps(7, 1, 1, 0), 7)).toBe(true);
  expect(isIdentity(convTaps(7, 1, 2, 0), 7)).toBe(false);
  expect(isIdentity(convTaps(7, 3, 1, 1), 7)).toBe(false);
});
