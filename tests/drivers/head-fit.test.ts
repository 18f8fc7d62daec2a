import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitHead, headPoseOf, place, unplace } from '../../src/drivers/head-fit';
import { MIRRORED, mirrorLandmarks } from '../../src/drivers/parts';
import {
  fromAxisAngle,
  limitAngle,
  multiply,
  nearestScaledRotation,
  toAxisAngle,
  transpose,
  type Vector3,
} from '../../src/drivers/rotation';
import { drawnHead } from './drawn-head';

const within = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const rotations = fc.tuple(within(0.6), within(0.6), within(0.6)) as fc.Arbitrary<Vector3>;
const places = fc.record({
  rotation: rotations,
  shift: fc.tuple(within(0.5), within(0.5)),
  scale: fc.double({ min: 0.01, max: 0.09, noNaN: true }),
});

const degrees = (radians: number): number => (radians * 180) / Math.PI;

test('rotations and their logarithms undo each other', () => {
  fc.assert(
    fc.property(rotations, (vector) => {
      const m = fromAxisAngle(vector);
      toAxisAngle(m).forEach((v, i) => expect(v).toBeCloseTo(vector[i]!, 9));
      multiply(m, transpose(m)).forEach((v, i) => expect(v).toBeCloseTo(i % 4 === 0 ? 1 : 0, 12));
      expect(Math.hypot(...toAxisAngle(limitAngle(m, 0.2)))).toBeLessThanOrEqual(0.2 + 1e-9);
    }),
  );
});

test('a scaled rotation is found again', () => {
  fc.assert(
    fc.property(rotations, fc.double({ min: 0.01, max: 9, noNaN: true }), (vector, scale) => {
      const m = fromAxisAngle(vector);
      const rows = [0, 3].map((at) => [m[at]! * scale, m[at + 1]! * scale, m[at + 2]! * scale] as const);
      const found = nearestScaledRotation(rows[0]!, rows[1]!);
      expect(found.scale / scale).toBeCloseTo(1, 9);
      found.rotation.forEach((v, i) => expect(v).toBeCloseTo(m[i]!, 9));
    }),
  );
});

test('the pose of the mean head is found exactly, wherever it is', () => {
  fc.assert(
    fc.property(places, (parameters) => {
      const { landmarks, headPose } = drawnHead(parameters);
      const found = headPoseOf(fitHead(landmarks), landmarks);
      for (let i = 0; i < 6; i++) expect(Math.abs(found[i]! - headPose[i]!)).toBeLessThan(i === 5 ? 1e-7 : 1e-4);
    }),
  );
});

test('other heads with expressions are off by a few degrees', () => {
  const weights = fc.record({
    jawOpen: fc.double({ min: 0, max: 1, noNaN: true }),
    smile: within(1),
    browRaise: within(1),
    blinkLeft: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(places, weights, within(1), within(1), (parameters, expression, faceWidth, faceHeight) => {
      const { landmarks, headPose } = drawnHead({ ...parameters, expression, identity: { faceWidth, faceHeight } });
      const found = headPoseOf(fitHead(landmarks), landmarks);
      for (let i = 0; i < 3; i++) expect(degrees(Math.abs(found[i]! - headPose[i]!))).toBeLessThan(12);
      expect(found[5]! / headPose[5]!).toBeGreaterThan(0.8);
      expect(found[5]! / headPose[5]!).toBeLessThan(1.15);
    }),
  );
});

test('turning to the front and back changes nothing', () => {
  fc.assert(
    fc.property(places, within(1), (parameters, faceWidth) => {
      const { landmarks } = drawnHead({ ...parameters, identity: { faceWidth } });
      const found = fitHead(landmarks);
      place(unplace(landmarks, found), found).forEach((v, i) => expect(Math.abs(v - landmarks[i]!)).toBeLessThan(1e-6));
    }),
  );
});

test('a mirrored head is the mean head again', () => {
  const { landmarks } = drawnHead({ shift: [0, 0] });
  mirrorLandmarks(landmarks).forEach((v, i) => expect(v).toBeCloseTo(landmarks[i]!, 6));
  expect(MIRRORED.map((i) => MIRRORED[i])).toEqual(MIRRORED.map((_, i) => i));
  const turned = drawnHead({ rotation: [0.1, 0.3, 0.05], shift: [0.1, 0.1] });
  const found = toAxisAngle(fitHead(mirrorLandmarks(turned.landmarks)).rotation);
  [0.1, -0.3, -0.05].forEach((v, i) => expect(found[i]).toBeCloseTo(v, 4));
});
