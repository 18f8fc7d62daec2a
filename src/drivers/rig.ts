/**
 * A head of sliders: 72 points in three dimensions that a few numbers shape, move and turn. It needs no camera and no tracker, and
 * drives any source, the people of the demo among them.
 */
import type { Face } from '../engine/face';
import { createRetargeter, poseOf } from './retarget';
import rig from './rig.json';
import { fromAxisAngle, multiply, toAxisAngle } from './rotation';

/** Names of the weights that shape a face. */
export type IdentityName =
  | 'faceWidth'
  | 'faceHeight'
  | 'jawWidth'
  | 'chinLength'
  | 'eyeSize'
  | 'eyeTilt'
  | 'eyeSpacing'
  | 'browHeight'
  | 'browTilt'
  | 'noseWidth'
  | 'noseLength'
  | 'noseDepth'
  | 'mouthWidth'
  | 'mouthHeight'
  | 'lipFullness';

/** Names of the weights of an expression. Left and right are those of the picture. */
export type ExpressionName = 'jawOpen' | 'smile' | 'pucker' | 'browRaise' | 'browFrown' | 'blinkLeft' | 'blinkRight';

/** Weights of the face's shape, about -1 to 1 each; those left out are 0. */
export type Identity = Readonly<Partial<Record<IdentityName, number>>>;

/** Weights of an expression: 0 to 1, `smile` and `browRaise` -1 to 1; those left out are 0. */
export type Expression = Readonly<Partial<Record<ExpressionName, number>>>;

/** Where the head is; each has a default: straight ahead, in the middle, filling the usual crop. */
export interface Pose {
  /** Axis-angle x y z in radians; x right, y up, z toward the viewer. Positive: nod down, turn to the right of the picture. */
  readonly rotation?: readonly [x: number, y: number, z: number];
  /** Picture units ([-1, 1], y down). */
  readonly shift?: readonly [x: number, y: number];
  /** Picture units a centimetre; 0.049 unless given, which fills the usual crop. */
  readonly scale?: number;
}

/** A {@link Face} of the rig. */
export interface RigFace {
  /** 72 points, x y after one another, in [-1, 1] image coordinates. */
  readonly landmarks: Float32Array;
  /** Axis-angle x y z, translation x y, scale, as in the published head pose files. */
  readonly headPose: Float32Array;
}

interface Mode {
  readonly points: readonly number[];
  readonly offsets: readonly number[];
}

const IDENTITY: Readonly<Record<IdentityName, Mode>> = rig.identity;
const EXPRESSION: Readonly<Record<ExpressionName, Mode>> = rig.expression;

/** Names of the shape's and the expression's weights. */
export const IDENTITY_NAMES = Object.keys(IDENTITY) as IdentityName[];
export const EXPRESSION_NAMES = Object.keys(EXPRESSION) as ExpressionName[];

const USUAL_SCALE = 0.049;

/** Poses the drawn head: its landmarks and head pose for a shape, an expression and a place. */
export function poseHead(identity: Identity, expression: Expression, pose: Pose = {}): RigFace {
  // tools/demo-model/rig.py states the same formulas, and tests hold both together.
  const points = Float64Array.from(rig.points);
  move(points, IDENTITY, identity);
  move(points, EXPRESSION, expression);
  const { rotation = [0, 0, 0], shift = [0, 0], scale = USUAL_SCALE } = pose;
  const matrix = fromAxisAngle(rotation);
  const [right, up] = [matrix.slice(0, 3), matrix.slice(3, 6)];
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

/** What can be set, each by a slider. All are 0 at rest. {@link RIG_RANGES} says how far each may go. */
export type RigParameter = 'yaw' | 'pitch' | 'roll' | 'shiftX' | 'shiftY' | 'zoom' | ExpressionName;

/**
 * A pose and an expression; those left out are at rest. `yaw` (to the right of the picture), `pitch` (down) and `roll` (to the left
 * shoulder of the picture) in radians, turned in the order roll of yaw of pitch; `shiftX` and `shiftY` (down) in picture units, of which
 * a picture is 2 wide; `zoom` as a power of two, so that 1 is twice as large; the expression's weights are parts of the whole movement.
 */
export type RigParameters = Readonly<Partial<Record<RigParameter, number>>>;

/** How far a parameter may go: beyond that the network has seen too little, or the head comes apart. */
export interface RigRange {
  readonly min: number;
  readonly max: number;
  /** For people. */
  readonly unit: 'radians' | 'picture units' | 'octaves' | 'parts';
}

const TURN = (35 * Math.PI) / 180;
const parts = (min: number): RigRange => ({ min, max: 1, unit: 'parts' });
const radians = (most: number): RigRange => ({ min: -most, max: most, unit: 'radians' });
const shift: RigRange = { min: -0.4, max: 0.4, unit: 'picture units' };

/** The range of every parameter, in the order in which sliders may show them. Faces are made beyond it, too. */
export const RIG_RANGES: Readonly<Record<RigParameter, RigRange>> = {
  yaw: radians(TURN),
  pitch: radians((20 * Math.PI) / 180),
  roll: radians((20 * Math.PI) / 180),
  shiftX: shift,
  shiftY: shift,
  zoom: { min: -0.4, max: 0.4, unit: 'octaves' },
  jawOpen: parts(0),
  smile: parts(-1),
  pucker: parts(0),
  browRaise: parts(-1),
  browFrown: parts(0),
  blinkLeft: parts(0),
  blinkRight: parts(0),
};

/** Whose head it is. */
export interface RigOptions {
  /** Shape of the head; the mean shape unless given. */
  readonly identity?: Identity | undefined;
  /**
   * The face of the picture that is driven, as given to `setSource`. With it the movement is carried over to that face's own shape and
   * place: at rest it is that face itself. Without it the head is the rig's own.
   */
  readonly source?: Face | undefined;
}

/** Turns parameters into faces. */
export interface RigDriver {
  /** The face for some parameters; those that are no finite number count as 0. */
  face(parameters: RigParameters): Face;
}

/** A driver that is moved by {@link RigParameters}. */
export function createRigDriver({ identity = {}, source }: RigOptions = {}): RigDriver {
  const retargeter = source && createRetargeter(source);
  const neutral = poseOf(poseHead(identity, {}).landmarks);
  return {
    face(parameters) {
      const { expression, pose } = split(parameters);
      const face = poseHead(identity, expression, pose);
      return retargeter?.face(neutral, poseOf(face.landmarks), 'relative') ?? face;
    },
  };
}

function split(parameters: RigParameters): { expression: Expression; pose: Pose } {
  const value = (name: RigParameter): number => {
    const given = parameters[name] ?? 0;
    return Number.isFinite(given) ? given : 0;
  };
  const turn = multiply(
    fromAxisAngle([0, 0, value('roll')]),
    multiply(fromAxisAngle([0, value('yaw'), 0]), fromAxisAngle([value('pitch'), 0, 0])),
  );
  return {
    expression: Object.fromEntries(EXPRESSION_NAMES.map((name) => [name, value(name)])),
    pose: {
      rotation: toAxisAngle(turn),
      shift: [value('shiftX'), value('shiftY')],
      scale: USUAL_SCALE * 2 ** value('zoom'),
    },
  };
}
