import { expect, test } from 'vitest';
import { defaultMotionSize } from '../../src/engine/model';
import { TINY_MODEL } from './tiny-model';

// The tiny network halves its inputs less often than the published one: its multiple is 32.
test.each([
  [512, 512],
  [96, 96],
  [16, 32],
  [80, 96],
  [1440, 1440],
  [1456, 512],
])('at size %i the motion network runs at %i', (size, motionSize) => {
  expect(defaultMotionSize(TINY_MODEL, size)).toBe(motionSize);
});

test('a model that says at what size it was trained runs at that', () => {
  expect(defaultMotionSize({ ...TINY_MODEL, motionSize: 256 }, 512)).toBe(256);
});
