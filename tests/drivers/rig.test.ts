import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  createRigDriver,
  EXPRESSION_NAMES,
  IDENTITY_NAMES,
  poseHead,
  RIG_RANGES,
  type Expression,
  type Identity,
  type RigParameter,
  type RigParameters,
} from '../../src/drivers/rig';
import { fitHead } from '../../src/drivers/head-fit';
import { toAxisAngle } from '../../src/drivers/rotation';
import type { Face } from '../../src/engine/face';

interface Case {
  readonly identity: Identity;
  readonly expression: Expression;
  readonly pose: { rotation: [number, number, number]; shift: [number, number]; scale: number };
  readonly landmarks: number[];
  readonly headPose: number[];
}

/** Made by tools/demo-model/make-rig-golden.py. */
const cases = JSON.parse(readFileSync('tests/golden/rig.json', 'utf8')) as Case[];

/** float32 of values around 1, and the golden's seven digits. */
const TOLERANCE = 5e-7;

const furthest = (a: ArrayLike<number>, b: readonly number[]): number =>
  Math.max(...b.map((value, i) => Math.abs(value - a[i]!)));

test.each(cases.map((each, i) => [i, each] as const))('head %i is where the Python reader has it', (_, each) => {
  const face = poseHead(each.identity, each.expression, each.pose);
  expect(face.landmarks.length).toBe(144);
  expect(furthest(face.landmarks, each.landmarks)).toBeLessThan(TOLERANCE);
  expect(furthest(face.headPose, each.headPose)).toBeLessThan(TOLERANCE);
});

test('every weight moves something', () => {
  const still = poseHead({}, {}).landmarks;
  for (const name of IDENTITY_NAMES) {
    const turned = { rotation: [0, 0.5, 0] } as const;
    expect(poseHead({ [name]: 1 }, {}, turned).landmarks).not.toEqual(poseHead({}, {}, turned).landmarks);
  }
  for (const name of EXPRESSION_NAMES) expect(poseHead({}, { [name]: 1 }).landmarks).not.toEqual(still);
});

const PARAMETERS = Object.keys(RIG_RANGES) as RigParameter[];
const someone: Identity = { faceWidth: 0.6, noseLength: -0.5, mouthWidth: 0.7 };
const source = poseHead(someone, { smile: 0.3 }, { rotation: [0.05, -0.1, 0.03], shift: [0.1, -0.05] });

test('the driver at rest is the mean head, or the source itself', () => {
  expect(createRigDriver().face({})).toEqual(poseHead({}, {}));
  const face = createRigDriver({ source }).face({});
  expect(furthest(face.landmarks, Array.from(source.landmarks))).toBeLessThan(1e-6);
  expect(furthest(face.headPose, Array.from(source.headPose))).toBeLessThan(1e-6);
});

test.each(PARAMETERS)('%s moves a source to finite landmarks, and back', (name) => {
  const driver = createRigDriver({ source });
  const rest = driver.face({});
  for (const value of [RIG_RANGES[name].min, RIG_RANGES[name].max]) {
    const face = driver.face({ [name]: value });
    if (value !== 0) expect(face.landmarks).not.toEqual(rest.landmarks);
    expect([...Array.from(face.landmarks), ...Array.from(face.headPose)].every(Number.isFinite)).toBe(true);
  }
  expect(driver.face({ [name]: 0 })).toEqual(rest);
  expect(driver.face({ [name]: NaN })).toEqual(rest);
});

test('yaw, pitch, roll, shift and zoom do what they say', () => {
  const face = (parameters: RigParameters): Face => createRigDriver().face(parameters);
  const turn = (parameters: RigParameters): readonly number[] =>
    toAxisAngle(fitHead(face(parameters).landmarks).rotation);
  expect(turn({ yaw: 0.3 })[1]).toBeCloseTo(0.3);
  expect(turn({ pitch: -0.2 })[0]).toBeCloseTo(-0.2);
  expect(turn({ roll: 0.2 })[2]).toBeCloseTo(0.2);
  const [rest, twice] = [face({}), face({ zoom: 1, shiftX: 0.1, shiftY: -0.2 })];
  expect(twice.headPose[5]! / rest.headPose[5]!).toBeCloseTo(2);
  expect(twice.landmarks[60]).toBeCloseTo(rest.landmarks[60]! * 2 + 0.1);
  expect(twice.landmarks[61]).toBeCloseTo(rest.landmarks[61]! * 2 - 0.2);
});
