import rig from './rig.json';

/** Weights of the face's shape, about -1 to 1 each; those left out are 0. */
export type Identity = Readonly<Partial<Record<keyof typeof rig.identity, number>>>;

/** Weights of an expression: 0 to 1, `smile` and `browRaise` -1 to 1; those left out are 0. */
export type Expression = Readonly<Partial<Record<keyof typeof rig.expression, number>>>;

/** Where the head is; each has a default: straight ahead, in the middle, filling the usual crop. */
export interface Pose {
  /** Axis-angle x y z in radians; x right, y up, z toward the viewer. Positive: nod down, turn to the right of the picture. */
  readonly rotation?: readonly [x: number, y: number, z: number];
  /** Picture units ([-1, 1], y down). */
  readonly shift?: readonly [x: number, y: number];
  /** Picture units a centimetre. */
  readonly scale?: number;
}

/** What the engine's `reenact` and `setSource` take. */
export interface RigFace {
  /** 72 points, x y after one another, in [-1, 1] image coordinates. */
  readonly landmarks: Float32Array;
  /** Axis-angle x y z, translation x y, scale, as in the published head pose files. */
  readonly headPose: Float32Array;
}

/** Names of the shape's and the expression's weights. */
export const IDENTITY_NAMES = Object.keys(rig.identity) as (keyof typeof rig.identity)[];
export const EXPRESSION_NAMES = Object.keys(rig.expression) as (keyof typeof rig.expression)[];

/** The scale of a head that fills the usual crop. */
export const USUAL_SCALE = 0.049;

/** Poses the drawn head. tools/demo-model/rig.py states the same formulas, and tests hold both together. */
export function poseHead(identity: Identity, expression: Expression, pose: Pose = {}): RigFace {
  const points = Float64Array.from(rig.points);
  move(points, rig.identity, identity);
  move(points, rig.expression, expression);
  const { rotation = [0, 0, 0], shift = [0, 0], scale = USUAL_SCALE } = pose;
  const [right, up] = rotationRows(rotation);
  const landmarks = new Float32Array((points.length / 3) * 2);
  for (let i = 0; i < points.length / 3; i++) {
    const q = [0, 1, 2].map((axis) => points[i * 3 + axis]! - rig.pivot[axis]!);
    landmarks[i * 2] = scale * (dot(right, q) + rig.pivot[0]!) + shift[0];
    landmarks[i * 2 + 1] = -scale * (dot(up, q) + rig.pivot[1]!) + shift[1];
  }
  const { anchor, x, y, scale: unit } = rig.headPose;
  const translation = [x[0]! + x[1]! * landmarks[anchor * 2]!, y[0]! + y[1]! * landmarks[anchor * 2 + 1]!];
  return { landmarks, headPose: Float32Array.of(...rotation, ...translation, scale * unit) };
}

interface Mode {
  readonly points: readonly number[];
  readonly offsets: readonly number[];
}

function move<Name extends string>(
  points: Float64Array,
  modes: Readonly<Record<Name, Mode>>,
  weights: Readonly<Partial<Record<Name, number>>>,
): void {
  for (const name of Object.keys(weights) as Name[]) {
    const weight = weights[name] ?? 0;
    const { points: moved, offsets } = modes[name];
    moved.forEach((point, k) => {
      for (let axis = 0; axis < 3; axis++) points[point * 3 + axis]! += weight * offsets[k * 3 + axis]!;
    });
  }
}

const dot = (a: readonly number[], b: readonly number[]): number => a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;

/** The first two rows of Rodrigues' rotation matrix. */
function rotationRows(rotation: readonly [number, number, number]): [number[], number[]] {
  const angle = Math.hypot(...rotation);
  const [x, y, z] = angle > 0 ? (rotation.map((v) => v / angle) as [number, number, number]) : [0, 0, 0];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const t = 1 - c;
  return [
    [c + t * x * x, t * x * y - s * z, t * x * z + s * y],
    [t * x * y + s * z, c + t * y * y, t * y * z - s * x],
  ];
}
