/**
 * Faces from MediaPipe's face landmarker. Nothing of MediaPipe is imported: its results are taken as they are, so its package
 * (`@mediapipe/tasks-vision`, of which 1.1.0 was looked at) stays the page's own choice.
 *
 * Mapping and head pose were derived from its canonical mesh and from published landmark files. They are tested by projecting a drawn
 * head and finding it again, and on what MediaPipe's real face mesh says of drawn people.
 */
import { cropAround, faceInCrop, type Crop } from '../engine/crop';
import type { Face } from '../engine/face';
import { RhoError } from '../errors';
import { fitHead, headPoseOf, unplace, type HeadPlace } from './head-fit';
import { landmarksOfMesh, type MeshPoint } from './mediapipe-points';
import { createOneEuroFilter, type OneEuroOptions } from './one-euro';
import { createRetargeter, type Eyes, type Pose, type RetargetMode } from './retarget';
import { fromAxisAngle, toAxisAngle, type Vector3 } from './rotation';

export { MESH_POINTS, type MeshPoint } from './mediapipe-points';
export type { OneEuroOptions } from './one-euro';
export type { RetargetMode } from './retarget';

/** What of a `FaceLandmarkerResult` is used: the first face's mesh and, where they were asked for, its blendshapes. */
export interface MediaPipeResult {
  readonly faceLandmarks: readonly (readonly MeshPoint[])[];
  readonly faceBlendshapes?: readonly {
    readonly categories: readonly { readonly categoryName: string; readonly score: number }[];
  }[];
}

export interface MediaPipeDriverOptions {
  /** The face of the picture that is driven; as given to `setSource`. */
  readonly source: Face;
  /** `relative` unless given. */
  readonly mode?: RetargetMode | undefined;
  /** Drive as in a mirror: the viewer's left moves the left of the picture. For pictures of a camera that are not turned over yet. */
  readonly mirror?: boolean | undefined;
  /** Frames whose mean is the driver's neutral face; 5 unless given. The driver should look ahead, mouth closed. */
  readonly calibrationFrames?: number | undefined;
  /** Of the shape (centimetres) and of the head's place; false for none. */
  readonly smoothing?: { readonly shape?: OneEuroOptions; readonly head?: OneEuroOptions } | false | undefined;
}

/** Turns MediaPipe's results into faces for one source. */
export interface MediaPipeDriver {
  /**
   * The face for a result, or undefined where it holds none. `width` and `height` are those of the frame the tracker saw, in any
   * unit; `timeMs` its time.
   * Throws BAD_INPUT for a mesh of too few points.
   */
  update(
    result: MediaPipeResult,
    timeMs: number,
    frame: { readonly width: number; readonly height: number },
  ): Face | undefined;
  /** Takes the next frames as the driver's neutral face. */
  calibrate(): void;
  mode: RetargetMode;
}

const SHAPE: OneEuroOptions = { minCutoff: 2, beta: 1 };
const HEAD: OneEuroOptions = { minCutoff: 2, beta: 4 };

export function createMediaPipeDriver(options: MediaPipeDriverOptions): MediaPipeDriver {
  const { source, mirror = false, calibrationFrames = 5, smoothing = {} } = options;
  const retargeter = createRetargeter(source);
  const shapeFilter = smoothing && createOneEuroFilter(smoothing.shape ?? SHAPE);
  const headFilter = smoothing && createOneEuroFilter(smoothing.head ?? HEAD);
  let neutral = createMean();

  const driver: MediaPipeDriver = {
    mode: options.mode ?? 'relative',
    update(result, timeMs, { width, height }) {
      const [mesh] = result.faceLandmarks;
      if (!mesh) return undefined;
      checkMesh(mesh);
      const landmarks = landmarksOfMesh(mesh, width, height, mirror);
      const found = fitHead(landmarks);
      let [front, head] = [unplace(landmarks, found), placeToVector(found)];
      if (shapeFilter && headFilter) {
        front = shapeFilter.filter(front, timeMs);
        head = headFilter.filter(head, timeMs);
      }
      const blinks = blinksOf(result, mirror);
      if (neutral.frames < calibrationFrames) neutral.add(front, head, blinks);
      const now: Pose = { front, place: vectorToPlace(head) };
      return retargeter.face(neutral.pose(), now, driver.mode, neutral.eyes(blinks));
    },
    calibrate: () => (neutral = createMean()),
  };
  return driver;
}

/** Where a still picture's face is, and the square around it: for `setSource(picture, face, { crop })`. */
export interface FittedPicture {
  readonly crop: Crop;
  /** The face as it is in the crop. */
  readonly face: Face;
}

/**
 * Fits the source picture of `width` x `height` pixels; undefined where the result holds no face. The crop is `margin` times the
 * face (2 unless given). Throws BAD_INPUT for a mesh of too few points.
 */
export function fitPicture(
  result: MediaPipeResult,
  width: number,
  height: number,
  margin = 2,
): FittedPicture | undefined {
  const [mesh] = result.faceLandmarks;
  if (!mesh) return undefined;
  checkMesh(mesh);
  const landmarks = landmarksOfMesh(mesh, width, height);
  const short = Math.min(width, height);
  const square = { x: (width - short) / 2, y: (height - short) / 2 };
  const around = cropAround(landmarks, short, short, margin);
  const crop = { ...around, x: Math.round(around.x + square.x), y: Math.round(around.y + square.y) };
  const inSquare = { ...crop, x: crop.x - square.x, y: crop.y - square.y };
  const face = { landmarks, headPose: headPoseOf(fitHead(landmarks), landmarks) };
  return { crop, face: faceInCrop(face, short, short, inSquare) };
}

function checkMesh(mesh: readonly MeshPoint[]): void {
  if (mesh.length >= 468) return;
  throw new RhoError('BAD_INPUT', `the mesh has ${mesh.length} points; MediaPipe's face landmarker gives 468 or 478`);
}

/** Axis-angle, shift, logarithm of the scale: numbers that may be averaged and smoothed. */
const placeToVector = ({ rotation, shift, scale }: HeadPlace): Float64Array =>
  Float64Array.of(...toAxisAngle(rotation), ...shift, Math.log(scale));

const vectorToPlace = ([x, y, z, tx, ty, scale]: Float64Array): HeadPlace => ({
  rotation: fromAxisAngle([x!, y!, z!] satisfies Vector3),
  shift: [tx!, ty!],
  scale: Math.exp(scale!),
});

/** 0 open, 1 closed. MediaPipe's left is the person's own, which is on the right of the picture. */
function blinksOf({ faceBlendshapes }: MediaPipeResult, mirror: boolean): Eyes | undefined {
  const categories = faceBlendshapes?.[0]?.categories;
  const score = (name: string): number | undefined =>
    categories?.find(({ categoryName }) => categoryName === name)?.score;
  const [left, right] = mirror ? ['eyeBlinkLeft', 'eyeBlinkRight'] : ['eyeBlinkRight', 'eyeBlinkLeft'];
  const [leftEye, rightEye] = [score(left), score(right)];
  return leftEye === undefined || rightEye === undefined ? undefined : { leftEye, rightEye };
}

/** The mean of the frames that make the neutral face. */
function createMean() {
  let frames = 0;
  const front = new Float64Array(144);
  const head = new Float64Array(6);
  const blinks = { leftEye: 0, rightEye: 0 };
  return {
    get frames() {
      return frames;
    },
    add(shape: Float64Array, where: Float64Array, blink: Eyes | undefined) {
      frames++;
      const mean = (old: number, value: number): number => old + (value - old) / frames;
      shape.forEach((value, i) => (front[i] = mean(front[i]!, value)));
      where.forEach((value, i) => (head[i] = mean(head[i]!, value)));
      for (const eye of ['leftEye', 'rightEye'] as const) blinks[eye] = mean(blinks[eye], blink?.[eye] ?? 0);
    },
    pose: (): Pose => ({ front, place: vectorToPlace(head) }),
    /** How open the eyes are by blendshapes, which hold where the mesh slides with the gaze; undefined without them. */
    eyes(blink: Eyes | undefined): Eyes | undefined {
      const open = (eye: keyof Eyes): number => (1 - blink![eye]) / Math.max(1 - blinks[eye], 0.1);
      return blink && { leftEye: open('leftEye'), rightEye: open('rightEye') };
    },
  };
}
