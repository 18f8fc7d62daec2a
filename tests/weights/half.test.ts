import { expect, test } from 'vitest';
import { fromBfloat16, fromHalf, halfBits, toHalf } from '../../src/half';
import { expected } from './golden';

test('float32 rounds to float16 as in PyTorch', () => {
  const { floats, halves } = expected.rounding;
  expect([...toHalf(Float32Array.from(floats))]).toStrictEqual(halves);
  expect(floats.map(halfBits)).toStrictEqual(halves);
});

test('every float16 survives the way to float32 and back', () => {
  const isNotNan = (half: number): boolean => (half & 0x7fff) <= 0x7c00;
  const halves = Uint16Array.from({ length: 0x10000 }, (_, half) => half).filter(isNotNan);
  expect(toHalf(fromHalf(halves))).toStrictEqual(halves);
  expect([...fromHalf(Uint16Array.of(0x7c01, 0xffff, 0x7c00))]).toStrictEqual([NaN, NaN, Infinity]);
  expect(halfBits(NaN) & 0x7fff).toBeGreaterThan(0x7c00);
});

test('bfloat16 is the upper half of a float32', () => {
  const values = fromBfloat16(Uint16Array.of(0x3f80, 0xc049, 0x0001, 0xff80));
  expect([...values]).toStrictEqual([1, -3.140625, 2 ** -133, -Infinity]);
});
