import { RhoError } from '../errors';
import { write } from '../gpu/buffers';
import type { Tensor } from '../graph/graph';
import { toHalf } from '../half';
import type { Precision } from '../kernels/kernel';
import { toBlocked } from '../kernels/layout';
import { checkHeadPose, checkLandmarks, landmarkSegments } from '../model/landmarks';
import { LEVELS } from '../model/network';

/** Where a face is and how it looks. */
export interface Face {
  /** 72 points, x y after one another, in [-1, 1] image coordinates (x right, y down); they may lie outside. */
  readonly landmarks: ArrayLike<number>;
  /** Axis-angle x y z, translation x y, scale. */
  readonly headPose: ArrayLike<number>;
}

/** Throws BAD_INPUT unless there are 144 and 6 finite numbers. */
export function checkFace(face: Partial<Face> | undefined): void {
  const { landmarks, headPose } = face ?? {};
  if (!landmarks || !headPose)
    throw new RhoError('BAD_INPUT', 'a face is an object of `landmarks` (144 numbers) and `headPose` (6 numbers)');
  checkLandmarks(landmarks);
  checkHeadPose(headPose);
}

/** A face that the caller cannot change any more. Throws BAD_INPUT unless there are 144 and 6 finite numbers. */
export function copyFace(face: Face): Face {
  checkFace(face);
  return { landmarks: Float32Array.from(face.landmarks), headPose: Float32Array.from(face.headPose) };
}

/** Writes a face into the graph inputs `who_head_pose` and `who_segments_0..2`. */
export function writeFace(
  device: GPUDevice,
  buffers: ReadonlyMap<string, GPUBuffer>,
  who: 'source' | 'driving',
  { landmarks, headPose }: Face,
  motionSize: number,
  precision: Precision,
): void {
  const buffer = (name: string): GPUBuffer => buffers.get(`${who}_${name}`)!;
  const pose = toBlocked(POSE_LAYOUT, headPose);
  write(device, buffer('head_pose'), precision === 'f32' ? pose : toHalf(pose));
  for (const { level, divisor } of LEVELS) {
    write(device, buffer(`segments_${level}`), landmarkSegments(landmarks, level, motionSize / divisor));
  }
}

const POSE_LAYOUT: Tensor['layout'] = { channels: [6], height: 1, width: 1 };
