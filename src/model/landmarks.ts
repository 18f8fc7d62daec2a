import { RhoError } from '../errors';
import { packSegments, SEGMENT_KIND, type Segment } from '../kernels/rasterize-landmarks';
import { HEAD_POSE_SIZE } from './rendering-network';

/** Points of a face. */
export const LANDMARK_COUNT = 72;

/** How much of a face a map shows: 8 points, 27 points, all of them. */
export type LandmarkLevel = 0 | 1 | 2;

/** Numbers of landmark-colors.ts, which is also the order in which parts are drawn. */
const PART = { leftBrow: 1, rightBrow: 2, leftEye: 3, rightEye: 4, nose: 5, mouth: 6, contour: 7 } as const;

type Polylines = Readonly<Record<keyof typeof PART, readonly (readonly number[])[]>>;

/** The poly-lines of each level as the published code draws them; one of a single point is a dot. */
export const TOPOLOGY: readonly [Polylines, Polylines, Polylines] = [
  {
    leftBrow: [],
    rightBrow: [],
    leftEye: [[42]],
    rightEye: [[50]],
    nose: [[30]],
    mouth: [[52, 57]],
    contour: [[0, 8, 9]],
  },
  {
    leftBrow: [[17, 21]],
    rightBrow: [[26, 22]],
    leftEye: [[36, 38, 40, 42, 36]],
    rightEye: [[48, 46, 44, 50, 48]],
    nose: [
      [27, 33, 31],
      [33, 35],
    ],
    mouth: [[52, 62, 57, 71, 52], [63], [70]],
    contour: [[0, 4, 8, 13, 9]],
  },
  {
    leftBrow: [[17, 18, 19, 20, 21]],
    rightBrow: [[26, 25, 24, 23, 22]],
    leftEye: [[36, 37, 38, 39, 40, 41, 42, 43, 36]],
    // 49 is not drawn, and 48 comes twice: so it is in the published code.
    rightEye: [[48, 47, 46, 45, 44, 51, 50, 48, 48]],
    nose: [
      [27, 28, 29, 30, 33],
      [31, 32, 33],
      [35, 34, 33],
    ],
    mouth: [
      [52, 54, 53, 62, 58, 59, 57, 65, 66, 71, 69, 68, 52],
      [55, 56, 63, 61, 60, 64, 70, 67, 55],
    ],
    contour: [[0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 15, 14, 13, 12, 11, 10, 9]],
  },
];

const polylinesOf = (level: LandmarkLevel): [part: number, points: readonly number[]][] =>
  Object.entries(TOPOLOGY[level]).flatMap(([part, lines]) =>
    lines.map((line): [number, readonly number[]] => [PART[part as keyof typeof PART], line]),
  );

/** Segments of a level: a poly-line has one less than points, a dot is one. */
export const segmentCount = (level: LandmarkLevel): number =>
  polylinesOf(level).reduce((sum, [, points]) => sum + Math.max(points.length - 1, 1), 0);

/**
 * The records that the landmark kernel draws into an n x n map. `landmarks` holds 72 points, x y after one another, in
 * [-1, 1] image coordinates; they may lie outside.
 */
export function landmarkSegments(landmarks: ArrayLike<number>, level: LandmarkLevel, n: number): Int32Array {
  const pixel = (point: number): Pixel => ({
    x: toPixel(landmarks[point * 2]!, n),
    y: toPixel(landmarks[point * 2 + 1]!, n),
  });
  const segments = polylinesOf(level).flatMap(([part, points]) => {
    if (points.length === 1) return [dot(part, pixel(points[0]!))];
    return points.slice(1).map((point, i) => line(part, pixel(points[i]!), pixel(point), n));
  });
  return packSegments(segments, segments.length);
}

interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** Far outside is far enough; beyond this OpenCV's integers overflow. */
const FAR = 2 ** 24;

/** (p + 1) / 2 * (n - 1) in float32, truncated toward zero. */
function toPixel(p: number, n: number): number {
  const scaled = Math.fround(Math.fround(Math.fround(Math.fround(p) + 1) / 2) * (n - 1));
  return Math.trunc(Math.min(Math.max(scaled, -FAR), FAR));
}

const dot = (part: number, { x, y }: Pixel): Segment => ({
  part,
  kind: SEGMENT_KIND.dot,
  x,
  y,
  major: 0,
  minor: 0,
  direction: 1,
});

/** A line clipped to the picture and turned to run from left to right; undefined where nothing of it is inside. */
function line(part: number, a: Pixel, b: Pixel, n: number): Segment | undefined {
  const clipped = clip(a, b, n);
  if (!clipped) return undefined;
  const [start, end] = clipped[0].x > clipped[1].x ? [clipped[1], clipped[0]] : clipped;
  const dx = end.x - start.x;
  const dy = Math.abs(end.y - start.y);
  const steep = dy > dx;
  return {
    part,
    kind: steep ? SEGMENT_KIND.steep : SEGMENT_KIND.flat,
    ...start,
    major: steep ? dy : dx,
    minor: steep ? dx : dy,
    direction: end.y < start.y ? -1 : 1,
  };
}

/**
 * Clips a line to an n x n picture with the rounding of OpenCV's clipLine: first both ends to the upper and lower border,
 * then to the left and right one, each new coordinate truncated, and each step working from the ends as the last left them.
 */
function clip(a: Pixel, b: Pixel, n: number): [Pixel, Pixel] | undefined {
  const last = n - 1;
  const side = (v: number): number => (v < 0 ? -1 : v > last ? 1 : 0);
  const missesOn = (axis: 'x' | 'y'): boolean => side(a[axis]) * side(b[axis]) === 1;
  if (missesOn('x') || missesOn('y')) return undefined;
  const [beyondA, beyondB] = [side(a.y), side(b.y)];
  if (beyondA) a = onRow(a, a, b, beyondA < 0 ? 0 : last);
  if (beyondB) b = onRow(b, a, b, beyondB < 0 ? 0 : last);
  if (missesOn('x')) return undefined;
  const [besideA, besideB] = [side(a.x), side(b.x)];
  if (besideA) a = onColumn(a, a, b, besideA < 0 ? 0 : last);
  if (besideB) b = onColumn(b, a, b, besideB < 0 ? 0 : last);
  return [a, b];
}

/** Where the line from a to b, seen from `end`, crosses row y. */
const onRow = (end: Pixel, a: Pixel, b: Pixel, y: number): Pixel => ({
  x: end.x + Math.trunc(((y - end.y) * (b.x - a.x)) / (b.y - a.y)),
  y,
});

const onColumn = (end: Pixel, a: Pixel, b: Pixel, x: number): Pixel => ({
  x,
  y: end.y + Math.trunc(((x - end.x) * (b.y - a.y)) / (b.x - a.x)),
});

/** Throws BAD_INPUT unless there are 72 points of finite coordinates. */
export function checkLandmarks(landmarks: ArrayLike<number>): void {
  checkNumbers('landmarks', landmarks, LANDMARK_COUNT * 2, `${LANDMARK_COUNT} points, x y after one another`);
}

/** Throws BAD_INPUT unless there are six finite numbers. */
export function checkHeadPose(headPose: ArrayLike<number>): void {
  checkNumbers('head pose', headPose, HEAD_POSE_SIZE, 'axis-angle x y z, translation x y, scale');
}

function checkNumbers(what: string, values: ArrayLike<number>, count: number, meaning: string): void {
  if (values.length !== count)
    throw new RhoError('BAD_INPUT', `the ${what} has ${values.length} numbers instead of ${count} (${meaning})`);
  for (let i = 0; i < count; i++) {
    if (!Number.isFinite(values[i]))
      throw new RhoError('BAD_INPUT', `number ${i} of the ${what} is ${values[i]}; all must be finite`);
  }
}
