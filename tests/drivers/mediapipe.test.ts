import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createMediaPipeDriver,
  fitPicture,
  MESH_POINTS,
  type MediaPipeDriverOptions,
} from '../../src/drivers/mediapipe';
import { landmarksOfMesh } from '../../src/drivers/mediapipe-points';
import { createOneEuroFilter } from '../../src/drivers/one-euro';
import { faceInCrop } from '../../src/engine/crop';
import type { Face } from '../../src/engine/face';
import { drawnHead, meshOf, type HeadParameters } from './drawn-head';

const FRAME = { width: 640, height: 480 };

/** A driver without smoothing that has seen the neutral face. */
function calibrated(source: Face, neutral: HeadParameters, options: Partial<MediaPipeDriverOptions> = {}) {
  const driver = createMediaPipeDriver({ source, smoothing: false, calibrationFrames: 1, ...options });
  const see = (parameters: HeadParameters): Face => driver.update(meshOf(drawnHead(parameters), 640, 480), 0, FRAME)!;
  see(neutral);
  return { driver, see };
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (v, i) => Math.abs(v - b[i]!)));

const gap = ({ landmarks }: Face, upper: number, lower: number): number =>
  landmarks[lower * 2 + 1]! - landmarks[upper * 2 + 1]!;

test('the mesh of a frame of any form becomes the 72 points of its middle square', () => {
  const head = drawnHead({ rotation: [0.1, -0.2, 0.05], shift: [0.1, 0.15] });
  for (const [width, height] of [
    [640, 480],
    [480, 640],
    [512, 512],
  ] as const) {
    const found = landmarksOfMesh(meshOf(head, width, height).faceLandmarks[0]!, width, height);
    expect(largestDifference(found, head.landmarks)).toBeLessThan(1e-6);
  }
  expect(MESH_POINTS).toHaveLength(72);
  const used = MESH_POINTS.flat();
  expect(new Set(used).size).toBe(used.length);
  expect(Math.max(...used)).toBeLessThan(468);
});

describe('relative', () => {
  const source = drawnHead({ identity: { faceWidth: 0.7, faceHeight: -0.5 }, shift: [0.05, 0.1], scale: 0.045 });

  test('a neutral driver leaves the source as it is', () => {
    const { see } = calibrated(source, { rotation: [0.05, 0.1, 0] });
    const face = see({ rotation: [0.05, 0.1, 0] });
    expect(largestDifference(face.landmarks, source.landmarks)).toBeLessThan(1e-5);
    expect(largestDifference(face.headPose, source.headPose)).toBeLessThan(1e-6);
  });

  test('the source driven by itself gives itself', () => {
    const angle = fc.double({ min: -0.3, max: 0.3, noNaN: true });
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(angle, angle, part, part, (pitch, yaw, jawOpen, smile) => {
        const { see } = calibrated(drawnHead({}), {});
        const moved = { rotation: [pitch, yaw, 0] as const, expression: { jawOpen, smile } };
        const expected = drawnHead(moved);
        const face = see(moved);
        // The contour follows the chin by a rule of its own, and expressions tilt the fitted pose a little.
        expect(largestDifference(face.landmarks, expected.landmarks)).toBeLessThan(0.1);
        const mean =
          Array.from(face.landmarks).reduce((sum, v, i) => sum + Math.abs(v - expected.landmarks[i]!), 0) / 144;
        expect(mean).toBeLessThan(0.016); // a pixel of the finest landmark map at 512
        expect(largestDifference(face.headPose, expected.headPose)).toBeLessThan(0.08);
      }),
    );
  });

  test('a turn of the driver is a turn of the source, up to 35 degrees', () => {
    const { see } = calibrated(source, { rotation: [0, 0.1, 0] });
    expect(see({ rotation: [0, 0.4, 0] }).headPose[1]! - source.headPose[1]!).toBeCloseTo(0.3, 2);
    expect(see({ rotation: [0, 1, 0] }).headPose[1]! - source.headPose[1]!).toBeCloseTo((35 * Math.PI) / 180, 2);
  });

  test('coming nearer and moving aside are the source’s own', () => {
    const { see } = calibrated(source, { scale: 0.04 });
    const face = see({ scale: 0.05, shift: [0.1, 0.2] });
    expect(face.headPose[5]! / source.headPose[5]!).toBeCloseTo(1.25, 4);
    expect(face.landmarks[60]!).toBeGreaterThan(source.landmarks[60]! + 0.08);
  });

  test('eyes close by ratio, whoever’s they are', () => {
    const { see } = calibrated(source, {});
    const face = see({ expression: { blinkLeft: 1 } });
    expect(gap(face, 38, 42)).toBeLessThan(0.2 * gap(source, 38, 42));
    expect(gap(face, 46, 50)).toBeCloseTo(gap(source, 46, 50), 4);
  });

  test('blendshapes decide over eyes where there are any', () => {
    const driver = createMediaPipeDriver({ source, smoothing: false, calibrationFrames: 1 });
    const mesh = meshOf(drawnHead({}), 640, 480);
    const see = (left: number, right: number): Face => {
      const categories = [
        { categoryName: 'eyeBlinkLeft', score: left },
        { categoryName: 'eyeBlinkRight', score: right },
      ];
      return driver.update({ ...mesh, faceBlendshapes: [{ categories }] }, 0, FRAME)!;
    };
    see(0.1, 0.1);
    // The person's left eye is on the right of the picture.
    const face = see(1, 0.1);
    expect(gap(face, 46, 50)).toBeCloseTo(0, 4);
    expect(gap(face, 38, 42)).toBeCloseTo(gap(source, 38, 42), 4);
  });

  test('the jaw opens the mouth and takes the chin along; lips never cross', () => {
    const { see } = calibrated(source, {});
    const open = see({ expression: { jawOpen: 1 } });
    expect(gap(open, 63, 70)).toBeGreaterThan(gap(source, 63, 70) + 0.03);
    expect(open.landmarks[17]!).toBeGreaterThan(source.landmarks[17]! + 0.03);
    expect(open.landmarks[1]!).toBeCloseTo(source.landmarks[1]!, 2);
    const shut = calibrated(source, { expression: { jawOpen: 1 } }).see({});
    for (const [upper, lower] of [
      [56, 67],
      [63, 70],
      [61, 64],
    ] as const)
      expect(gap(shut, upper, lower)).toBeGreaterThanOrEqual(-1e-4);
  });
});

describe('modes', () => {
  const source = drawnHead({ identity: { faceWidth: 0.7 } });
  const moved: HeadParameters = { rotation: [0, 0.3, 0], expression: { jawOpen: 1 } };

  test('pose leaves the expression, expression leaves the pose', () => {
    const { driver, see } = calibrated(source, {}, { mode: 'pose' });
    const turned = see(moved);
    expect(turned.headPose[1]).toBeGreaterThan(0.2);
    expect(gap(turned, 63, 70)).toBeCloseTo(gap(source, 63, 70), 2);
    driver.mode = 'expression';
    const speaking = see(moved);
    expect(largestDifference(speaking.headPose, source.headPose)).toBeLessThan(0.02);
    expect(gap(speaking, 63, 70)).toBeGreaterThan(gap(source, 63, 70) + 0.03);
  });

  test('absolute takes the driver as it is', () => {
    const { see } = calibrated(source, {}, { mode: 'absolute' });
    expect(largestDifference(see(moved).landmarks, drawnHead(moved).landmarks)).toBeLessThan(1e-5);
  });

  test('a mirror turns the other way', () => {
    const { see } = calibrated(source, {}, { mirror: true });
    expect(see(moved).headPose[1]).toBeLessThan(-0.2);
    expect(gap(see({ expression: { blinkLeft: 1 } }), 46, 50)).toBeLessThan(0.2 * gap(source, 46, 50));
  });

  test('calibrating again takes the present face for neutral', () => {
    const { driver, see } = calibrated(source, {});
    driver.calibrate();
    see(moved);
    expect(largestDifference(see(moved).landmarks, source.landmarks)).toBeLessThan(1e-5);
  });
});

test('no face gives none, too few points are refused', () => {
  const driver = createMediaPipeDriver({ source: drawnHead({}) });
  expect(driver.update({ faceLandmarks: [] }, 0, FRAME)).toBeUndefined();
  expect(() => driver.update({ faceLandmarks: [[{ x: 0, y: 0 }]] }, 0, FRAME)).toThrow(/468/);
});

test('a still picture is cropped around its face, whose pose is found there', () => {
  const head = drawnHead({ rotation: [0.1, 0.2, 0], shift: [0.2, 0.1], scale: 0.03 });
  const { crop, face } = fitPicture(meshOf(head, 900, 600), 900, 600)!;
  expect(crop.width).toBe(crop.height);
  const inSquare = faceInCrop(head, 600, 600, { ...crop, x: crop.x - 150 });
  expect(largestDifference(face.landmarks, inSquare.landmarks)).toBeLessThan(1e-4);
  expect(largestDifference(face.headPose, inSquare.headPose)).toBeLessThan(1e-3);
  expect(Math.max(...Array.from(face.landmarks))).toBeLessThan(1);
  expect(fitPicture({ faceLandmarks: [] }, 900, 600)).toBeUndefined();
});

describe('One-Euro', () => {
  test('calms what rests and follows what moves', () => {
    const filter = createOneEuroFilter({ minCutoff: 1, beta: 2 });
    const resting = Array.from({ length: 100 }, (_, i) => filter.filter([i % 2 ? 0.01 : -0.01], i * 33)[0]!);
    expect(Math.max(...resting.slice(50).map(Math.abs))).toBeLessThan(0.004);
    let last = 0;
    for (let i = 0; i < 30; i++) last = filter.filter([i], 3300 + i * 33)[0]!;
    expect(29 - last).toBeLessThan(1);
  });

  test('begins anew after a pause, and time that stands still changes nothing', () => {
    const filter = createOneEuroFilter({ minCutoff: 1, beta: 0 });
    filter.filter([0], 0);
    expect(filter.filter([5], 0)).toEqual(Float64Array.of(0));
    expect(filter.filter([5], 5000)).toEqual(Float64Array.of(5));
    filter.reset();
    expect(filter.filter([7], 5001)).toEqual(Float64Array.of(7));
  });

  test('a smoothed driver comes to rest where an unsmoothed one is', () => {
    const source = drawnHead({});
    const smooth = createMediaPipeDriver({ source, calibrationFrames: 1 });
    smooth.update(meshOf(drawnHead({}), 640, 480), 0, FRAME);
    const moved = meshOf(drawnHead({ rotation: [0, 0.3, 0] }), 640, 480);
    let face: Face | undefined;
    for (let i = 1; i <= 60; i++) face = smooth.update(moved, i * 33, FRAME);
    expect(face!.headPose[1]).toBeCloseTo(0.3, 2);
  });
});
