import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkCrop, cropAround, cropPixels, faceInCrop } from '../../src/engine/crop';
import { NOSE_TIP, TX, TY, unusualPose } from '../../src/engine/head-pose';
import { someFace, somePicture } from './faces';

const pixel = ({ data, width }: { data: ArrayLike<number>; width: number }, x: number, y: number): number[] =>
  [0, 1, 2, 3].map((c) => data[(y * width + x) * 4 + c]!);

test('a crop is the pixels it names, edges repeated outside', () => {
  const picture = somePicture('crop', 7, 5);
  const crop = { x: -2, y: 1, width: 12, height: 6 };
  const part = cropPixels(picture, crop);
  expect([part.width, part.height]).toEqual([12, 6]);
  for (let y = 0; y < 6; y++) {
    for (let x = 0; x < 12; x++) {
      const [fromX, fromY] = [Math.min(Math.max(x - 2, 0), 6), Math.min(y + 1, 4)];
      expect(pixel(part, x, y)).toEqual(pixel(picture, fromX, fromY));
    }
  }
});

test('bytes at an odd address are cropped too', () => {
  const { data, width, height } = somePicture('crop', 4);
  const shifted = new Uint8Array(data.length + 1);
  shifted.set(data, 1);
  const crop = { x: 1, y: 1, width: 2, height: 2 };
  expect(cropPixels({ width, height, data: shifted.subarray(1) }, crop)).toEqual(
    cropPixels({ width, height, data }, crop),
  );
});

test.each([
  { x: 0.5, y: 0, width: 2, height: 2 },
  { x: 0, y: 0, width: 0, height: 2 },
  { x: 10, y: 0, width: 2, height: 2 },
  { x: 0, y: -2, width: 2, height: 2 },
  { x: 0, y: NaN, width: 2, height: 2 },
])('%j is refused', (crop) => {
  expect(() => checkCrop(crop, 10, 10)).toThrow(/crop/);
});

test('the square around a face holds it in its middle', () => {
  const { landmarks } = someFace('around');
  const crop = cropAround(landmarks, 640, 480, 2);
  expect(crop.width).toBe(crop.height);
  const { landmarks: inside } = faceInCrop({ landmarks, headPose: someFace('around').headPose }, 640, 480, crop);
  const [xs, ys] = [0, 1].map((axis) => Array.from(inside).filter((_, i) => i % 2 === axis)) as [number[], number[]];
  const spans = [xs, ys].map((values) => [Math.min(...values), Math.max(...values)] as const);
  for (const [low, high] of spans) expect(Math.abs(low + high)).toBeLessThan(0.02);
  expect(Math.max(...spans.map(([low, high]) => high - low))).toBeCloseTo(1, 1);
});

test('the head pose of a crop still points at the nose', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      fc.integer({ min: 20, max: 900 }),
      fc.integer({ min: -100, max: 300 }),
      (noseX, noseY, side, corner) => {
        const landmarks = new Float32Array(144);
        landmarks.set([noseX, noseY], NOSE_TIP * 2);
        const headPose = [0.1, 0.2, 0.3, TX.offset + TX.slope * noseX, TY.offset + TY.slope * noseY, 0.001];
        const crop = { x: corner, y: corner, width: side, height: side };
        const face = faceInCrop({ landmarks, headPose }, 400, 400, crop);
        const [rx, ry, rz, tx, ty, scale] = Array.from(face.headPose) as [
          number,
          number,
          number,
          number,
          number,
          number,
        ];
        expect([rx, ry, rz]).toEqual([0.1, 0.2, 0.3]);
        expect((tx - TX.offset) / TX.slope).toBeCloseTo(face.landmarks[NOSE_TIP * 2]!, 3);
        expect((ty - TY.offset) / TY.slope).toBeCloseTo(face.landmarks[NOSE_TIP * 2 + 1]!, 3);
        expect(scale).toBeCloseTo((0.001 * 400) / side, 9);
      },
    ),
  );
});

test('poses outside of what was trained on are told', () => {
  expect(unusualPose([0, 0.4, 0, 0.25, -0.25, 0.0012])).toBeUndefined();
  expect(unusualPose([0, 1, 0, 0.25, -0.25, 0.0012])).toMatch(/57 degrees/);
  expect(unusualPose([0, 0, 0, 0.25, -0.25, 12])).toMatch(/scale of 12/);
});
