import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXPRESSION_NAMES, IDENTITY_NAMES, poseHead, type Expression, type Identity } from '../../src/drivers/rig';

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
