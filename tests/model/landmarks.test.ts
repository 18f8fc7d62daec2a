import { describe, expect, test } from 'vitest';
import { RhoError } from '../../src/errors';
import { landmarkMap, rasterizeLandmarksRef } from '../../src/kernels/rasterize-landmarks.ref';
import {
  checkHeadPose,
  checkLandmarks,
  landmarkSegments,
  segmentCount,
  type LandmarkLevel,
} from '../../src/model/landmarks';
import { goldenFile } from '../golden-file';

/** OpenCV's drawings, made by tools/goldens/make-landmarks.py. */
const { entries } = goldenFile('landmarks.safetensors');
const points = new Float32Array(entries.get('landmarks')!.bytes.slice().buffer);
const drawings = [...entries].filter(([name]) => name !== 'landmarks');

test('there are drawings', () => expect(drawings.length).toBe(54));

test.each(drawings.map(([name, { bytes }]) => [name, bytes] as const))('%s is what OpenCV draws', (name, expected) => {
  const [n, level, set] = name.split('/').map(Number) as [number, LandmarkLevel, number];
  const landmarks = points.subarray(set * 144, (set + 1) * 144);
  const parts = rasterizeLandmarksRef(landmarkSegments(landmarks, level, n), n);
  expect(Buffer.compare(parts, expected)).toBe(0);
});

test('every level always gives as many records', () => {
  for (const level of [0, 1, 2] as const) {
    for (const spread of [0.5, 1000]) {
      const landmarks = Float32Array.from({ length: 144 }, (_, i) => Math.sin(i * 7) * spread);
      expect(landmarkSegments(landmarks, level, 16).length).toBe(segmentCount(level) * 8);
    }
  }
});

test('points at the end of the world are a defined result', () => {
  const landmarks = Float32Array.from({ length: 144 }, (_, i) => (i % 2 ? 3e38 : -3e38));
  expect([...landmarkSegments(landmarks, 2, 32)].every(Number.isInteger)).toBe(true);
});

const GREY = Math.fround(Math.fround(250 / 255) - 1);

test('a map holds the colours as the network wants them', () => {
  expect([...landmarkMap(Uint8Array.of(0, 7, 2, 1))]).toEqual([-1, GREY, -1, -1, -1, GREY, 1, -1, -1, GREY, -1, 1]);
});

describe('checks', () => {
  const refusal = (run: () => void): RhoError => {
    try {
      run();
    } catch (error) {
      if (error instanceof RhoError) return error;
    }
    throw new Error('it was accepted');
  };

  test.each([
    ['too few', new Array<number>(143).fill(0), /143 numbers instead of 144/],
    ['NaN', [...new Array<number>(143).fill(0), NaN], /number 143 of the landmarks is NaN/],
    ['infinite', [Infinity, ...new Array<number>(143).fill(0)], /number 0 of the landmarks is Infinity/],
  ])('landmarks: %s', (_, values: number[], message) => {
    const error = refusal(() => checkLandmarks(values));
    expect(error.code).toBe('BAD_INPUT');
    expect(error.message).toMatch(message);
  });

  test('head pose of five', () =>
    expect(refusal(() => checkHeadPose([1, 2, 3, 4, 5])).message).toMatch(/5 numbers instead of 6/));
});
