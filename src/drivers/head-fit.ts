import { NOSE_TIP, TX, TY } from '../engine/head-pose';
import rig from './rig.json';
import { nearestScaledRotation, toAxisAngle, type Matrix3, type Vector3 } from './rotation';

/** The scaled orthographic camera that a head is seen with: picture = scale * (rotation * point) + shift, y up. */
export interface HeadPlace {
  readonly rotation: Matrix3;
  readonly scale: number;
  readonly shift: readonly [x: number, y: number];
}

/** The 72 points of a head without expression, in centimetres: x right in the picture, y up, z toward the viewer. */
const HEAD: readonly Vector3[] = Array.from({ length: 72 }, (_, i) => [
  rig.points[i * 3]!,
  rig.points[i * 3 + 1]!,
  rig.points[i * 3 + 2]!,
]);

/** Points that expressions move little: upper contour, brows, nose, corners of the eyes. */
const STEADY = [0, 1, 2, 9, 10, 11, ...range(17, 36), 36, 40, 44, 48];

/** Published pose files have this scale for one centimetre a picture unit. */
const POSE_SCALE = rig.headPose.scale;

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** Means and the inverse of the covariance of the steady points, which do not change. */
const MEAN = [0, 1, 2].map(
  (axis) => STEADY.reduce((sum, i) => sum + HEAD[i]![axis]!, 0) / STEADY.length,
) as unknown as Vector3;
const INVERSE = invert(
  [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map((column) =>
      STEADY.reduce((sum, i) => sum + (HEAD[i]![row]! - MEAN[row]!) * (HEAD[i]![column]! - MEAN[column]!), 0),
    ),
  ),
);

/** Inverse of a symmetric 3 x 3 matrix. */
function invert(m: readonly number[]): readonly number[] {
  const [a, b, c, , d, e, , , f] = m as [number, number, number, number, number, number, number, number, number];
  const cofactors = [d * f - e * e, c * e - b * f, b * e - c * d, a * f - c * c, b * c - a * e, a * d - b * b];
  const [aa, ab, ac, bb, bc, cc] = cofactors as [number, number, number, number, number, number];
  const determinant = a * aa + b * ab + c * ac;
  return [aa, ab, ac, ab, bb, bc, ac, bc, cc].map((v) => v / determinant);
}

/**
 * Where a head is, from its 72 landmarks (x right, y down, in units of a square picture): least squares of an affine camera over the
 * steady points, then the nearest scaled rotation.
 */
export function fitHead(landmarks: ArrayLike<number>): HeadPlace {
  const picture = (i: number, axis: number): number => (axis === 0 ? landmarks[i * 2]! : -landmarks[i * 2 + 1]!);
  const centre = [0, 1].map((axis) => STEADY.reduce((sum, i) => sum + picture(i, axis), 0) / STEADY.length);
  const row = (axis: number): Vector3 => {
    const moments = [0, 1, 2].map((k) =>
      STEADY.reduce((sum, i) => sum + (picture(i, axis) - centre[axis]!) * (HEAD[i]![k]! - MEAN[k]!), 0),
    );
    return [0, 1, 2].map((k) =>
      [0, 1, 2].reduce((sum, l) => sum + INVERSE[k * 3 + l]! * moments[l]!, 0),
    ) as unknown as Vector3;
  };
  const { rotation, scale } = nearestScaledRotation(row(0), row(1));
  const along = (axis: number): number =>
    centre[axis]! - scale * [0, 1, 2].reduce((sum, k) => sum + rotation[axis * 3 + k]! * MEAN[k]!, 0);
  return { rotation, scale, shift: [along(0), along(1)] };
}

/** The six values of the published files for a head in this place with these landmarks. */
export function headPoseOf({ rotation, scale }: HeadPlace, landmarks: ArrayLike<number>): number[] {
  const [x, y] = [landmarks[NOSE_TIP * 2]!, landmarks[NOSE_TIP * 2 + 1]!];
  return [...toAxisAngle(rotation), TX.offset + TX.slope * x, TY.offset + TY.slope * y, scale * POSE_SCALE];
}

/**
 * Landmarks turned to the front: x and y in centimetres of the head, one after another. Depth is taken from the mean head, so that two
 * equations a point give its two unknowns, and {@link place} gives the landmarks back exactly.
 */
export function unplace(landmarks: ArrayLike<number>, { rotation: m, scale, shift }: HeadPlace): Float64Array {
  const front = new Float64Array(144);
  const determinant = m[0] * m[4] - m[1] * m[3];
  for (let i = 0; i < 72; i++) {
    const z = HEAD[i]![2];
    const x = (landmarks[i * 2]! - shift[0]) / scale - m[2] * z;
    const y = (-landmarks[i * 2 + 1]! - shift[1]) / scale - m[5] * z;
    front[i * 2] = (m[4] * x - m[1] * y) / determinant;
    front[i * 2 + 1] = (m[0] * y - m[3] * x) / determinant;
  }
  return front;
}

/** The landmarks of a frontal shape in a place; undoes {@link unplace}. */
export function place(front: Float64Array, { rotation: m, scale, shift }: HeadPlace): Float32Array {
  const landmarks = new Float32Array(144);
  for (let i = 0; i < 72; i++) {
    const [x, y, z] = [front[i * 2]!, front[i * 2 + 1]!, HEAD[i]![2]];
    landmarks[i * 2] = scale * (m[0] * x + m[1] * y + m[2] * z) + shift[0];
    landmarks[i * 2 + 1] = -(scale * (m[3] * x + m[4] * y + m[5] * z) + shift[1]);
  }
  return landmarks;
}
