import { RhoError } from '../errors';
import { configurationOf, type Configuration } from '../model/configuration';
import { motionMultiple } from '../model/motion-network';
import { SIZE_MULTIPLE } from '../model/rendering-network';
import type { StateDict } from '../weights/state-dict';

/** The tensors of both networks under their published keys. */
export interface Model {
  readonly rendering: StateDict;
  readonly motion: StateDict;
  /** Size the motion network was trained at, M, if it should run at that one whatever the images' size. */
  readonly motionSize?: number | undefined;
}

/**
 * The configuration of a model, if it can run at these sizes. Throws BAD_WEIGHTS where its tensors do not fit together,
 * BAD_INPUT where a size is not a multiple of what the network halves it by.
 */
export function checkModel({ rendering, motion }: Model, size: number, motionSize: number): Configuration {
  const configuration = configurationOf(rendering, motion);
  checkSize(size);
  checkMotionSize(configuration, motionSize);
  return configuration;
}

/** Throws BAD_INPUT unless the motion network can run at this size. */
export const checkMotionSize = ({ motion }: Configuration, motionSize: number): void =>
  checkMultiple('motion size', motionSize, motionMultiple(motion));

/** Throws BAD_INPUT unless the size of images is a positive multiple of 16. */
export const checkSize = (size: number): void => checkMultiple('size', size, SIZE_MULTIPLE);

function checkMultiple(what: string, value: number, multiple: number): void {
  if (Number.isInteger(value) && value > 0 && value % multiple === 0) return;
  throw new RhoError('BAD_INPUT', `${what} is ${value}; it must be a positive multiple of ${multiple}`);
}

/**
 * The motion size where none is asked for: the model's own; else S itself if the motion network can run at it; else 512 for
 * large images, the next possible size above for small ones.
 */
export function defaultMotionSize({ rendering, motion, motionSize }: Model, size: number): number {
  if (motionSize !== undefined) return motionSize;
  const multiple = motionMultiple(configurationOf(rendering, motion).motion);
  if (size % multiple === 0) return size;
  return Math.min(Math.ceil(size / multiple) * multiple, Math.ceil(512 / multiple) * multiple);
}
