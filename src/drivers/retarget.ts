import type { Face } from '../engine/face';
import { NOSE_TIP, TX, TY } from '../engine/head-pose';
import { fitHead, headPoseOf, place, unplace, type HeadPlace } from './head-fit';
import { CHIN, EYES, INNER_LIPS, MOUTH_CORNERS, PARTS } from './parts';
import { fromAxisAngle, limitAngle, multiply, toAxisAngle, transpose, type Vector3 } from './rotation';

/**
 * What of the driver moves the source. `relative`: expression and head movement since calibration, on the source's own shape; `pose`
 * and `expression`: only one of the two; `absolute`: the driver's landmarks as they are, so the source takes on the driver's shape.
 */
export type RetargetMode = 'relative' | 'absolute' | 'pose' | 'expression';

/** A frontal shape, 72 x y in centimetres of the head, and where that head is. */
export interface Pose {
  readonly front: Float64Array;
  readonly place: HeadPlace;
}

/** Heads turn away from the source's own turn by no more than this: 35 degrees, the middle of what the authors advise. */
const LARGEST_CHANGE = (35 * Math.PI) / 180;

/** Eyes open no wider than this, against the source's own. */
const WIDEST_EYES = 1.6;

export const poseOf = (landmarks: ArrayLike<number>): Pose => {
  const found = fitHead(landmarks);
  return { front: unplace(landmarks, found), place: found };
};

const distance = (front: Float64Array, a: number, b: number): number =>
  Math.hypot(front[a * 2]! - front[b * 2]!, front[a * 2 + 1]! - front[b * 2 + 1]!);

/** Ratio of two lengths where neither is nothing, else 1. */
const ratio = (ours: number, theirs: number): number => (ours > 1e-6 && theirs > 1e-6 ? ours / theirs : 1);

/** How far the lids are apart, against the width of the eye. */
function opening(front: Float64Array, eye: keyof typeof EYES): number {
  const { corners, lids } = EYES[eye];
  const gap =
    lids.reduce((sum, [upper, lower]) => sum + front[upper * 2 + 1]! - front[lower * 2 + 1]!, 0) / lids.length;
  return gap / Math.max(distance(front, corners[0], corners[1]), 1e-6);
}

/** Applies a driver's changes to one source. */
export interface Retargeter {
  /** The source's face after the driver's change from `neutral` to `now`. */
  face(neutral: Pose, now: Pose, mode: RetargetMode, eyes?: Eyes): Face;
}

/** How open each eye is, against the neutral face: 0 closed, 1 as then. */
export interface Eyes {
  readonly leftEye: number;
  readonly rightEye: number;
}

export function createRetargeter(source: Face): Retargeter {
  const own = poseOf(source.landmarks);
  return {
    face(neutral, now, mode, eyes) {
      if (mode === 'absolute') {
        const landmarks = place(now.front, now.place);
        return { landmarks, headPose: headPoseOf(now.place, landmarks) };
      }
      const front = mode === 'pose' ? own.front : moveParts(own.front, neutral.front, now.front, eyes);
      if (mode === 'expression') return posed(source, own.place, front, own.place);
      return posed(source, own.place, front, moveHead(own.place, neutral.place, now.place));
    },
  };
}

/** The driver's change of place, on the source's. */
function moveHead(own: HeadPlace, neutral: HeadPlace, now: HeadPlace): HeadPlace {
  const change = limitAngle(multiply(now.rotation, transpose(neutral.rotation)), LARGEST_CHANGE);
  const size = own.scale / neutral.scale;
  const move = (axis: 0 | 1): number => own.shift[axis] + (now.shift[axis] - neutral.shift[axis]) * size;
  return {
    rotation: multiply(change, own.rotation),
    scale: now.scale * size,
    shift: [move(0), move(1)],
  };
}

/** A frontal shape in a place, its head pose changed from the source's as the place is: the source's may be better than our fit. */
function posed({ headPose }: Face, own: HeadPlace, front: Float64Array, head: HeadPlace): Face {
  const landmarks = place(front, head);
  const given = Array.from(headPose) as [number, number, number, number, number, number];
  const change = multiply(head.rotation, transpose(own.rotation));
  const rotation = toAxisAngle(multiply(change, fromAxisAngle(given.slice(0, 3) as unknown as Vector3)));
  // Where the nose tip of the source's frontal shape is and was, so that an unmoved head keeps its numbers.
  const before = place(front, own);
  const moved = (axis: 0 | 1): number => landmarks[NOSE_TIP * 2 + axis]! - before[NOSE_TIP * 2 + axis]!;
  return {
    landmarks,
    headPose: [
      ...rotation,
      given[3] + TX.slope * moved(0),
      given[4] + TY.slope * moved(1),
      (given[5] * head.scale) / own.scale,
    ],
  };
}

/** The driver's change of shape, part by part, in the source's sizes. */
function moveParts(own: Float64Array, neutral: Float64Array, now: Float64Array, eyes?: Eyes): Float64Array {
  const front = own.slice();
  const add = (points: readonly number[], scaleX: number, scaleY: number): void => {
    for (const i of points) {
      front[i * 2]! += (now[i * 2]! - neutral[i * 2]!) * scaleX;
      front[i * 2 + 1]! += (now[i * 2 + 1]! - neutral[i * 2 + 1]!) * scaleY;
    }
  };
  const wide = ratio(
    distance(own, EYES.leftEye.corners[0], EYES.rightEye.corners[1]),
    distance(neutral, EYES.leftEye.corners[0], EYES.rightEye.corners[1]),
  );
  const high = ratio(distance(own, 27, 8), distance(neutral, 27, 8));
  const mouth = ratio(distance(own, ...MOUTH_CORNERS), distance(neutral, ...MOUTH_CORNERS));
  for (const brow of ['leftBrow', 'rightBrow'] as const) {
    const points = PARTS[brow];
    const span = ratio(distance(own, points[0]!, points[4]!), distance(neutral, points[0]!, points[4]!));
    add(points, span, high);
  }
  add(PARTS.nose, wide, high);
  add(PARTS.mouth, mouth, mouth);
  closeLips(front);
  for (const eye of ['leftEye', 'rightEye'] as const) {
    const opened = eyes?.[eye] ?? ratio(Math.max(opening(now, eye), 0), opening(neutral, eye));
    openEye(front, eye, Math.min(Math.max(opened, 0), WIDEST_EYES));
  }
  moveJaw(front, own, neutral, now, wide, high);
  return front;
}

/** Brings lids toward, or away from, the line between the corners. */
function openEye(front: Float64Array, eye: keyof typeof EYES, opened: number): void {
  const { corners, lids } = EYES[eye];
  const [a, b] = corners;
  for (const i of lids.flat()) {
    const along = (front[i * 2]! - front[a * 2]!) / (front[b * 2]! - front[a * 2]!);
    const line = front[a * 2 + 1]! + along * (front[b * 2 + 1]! - front[a * 2 + 1]!);
    front[i * 2 + 1] = line + (front[i * 2 + 1]! - line) * opened;
  }
}

/** Lips do not pass through one another. */
function closeLips(front: Float64Array): void {
  for (const [upper, lower] of INNER_LIPS) {
    if (front[upper * 2 + 1]! >= front[lower * 2 + 1]!) continue;
    const middle = (front[upper * 2 + 1]! + front[lower * 2 + 1]!) / 2;
    front[upper * 2 + 1] = front[lower * 2 + 1] = middle;
  }
}

/** The contour follows the chin, the less the higher a point lies: its ends belong to the skull, and trackers slide along it. */
function moveJaw(
  front: Float64Array,
  own: Float64Array,
  neutral: Float64Array,
  now: Float64Array,
  wide: number,
  high: number,
): void {
  const mean = (axis: number): number =>
    CHIN.reduce((sum, i) => sum + now[i * 2 + axis]! - neutral[i * 2 + axis]!, 0) / CHIN.length;
  const [dx, dy] = [mean(0) * wide, mean(1) * high];
  const [top, chin] = [(own[1]! + own[19]!) / 2, own[17]!];
  for (const i of PARTS.contour) {
    const low = Math.min(Math.max((own[i * 2 + 1]! - top) / (chin - top), 0), 1);
    front[i * 2]! += dx * low * low;
    front[i * 2 + 1]! += dy * low * low;
  }
}
