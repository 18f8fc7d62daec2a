import { conv2dRef, type Conv2dArgs } from './conv2d.ref';
import { spadeRef, type SpadeArgs } from './spade.ref';
import type { Volume } from './volume';

export interface SpadeConv2dArgs extends Omit<SpadeArgs, 'modulation'> {
  /** The convolution that makes gamma, then beta. */
  readonly modulation: Conv2dArgs;
}

/** Convolution to gamma and beta, then SPADE, each pixel with its own. */
export function spadeConv2dRef({ modulation, ...spade }: SpadeConv2dArgs): Volume {
  const map = conv2dRef(modulation);
  const own = (size: number): Int32Array => Int32Array.from({ length: size }, (_, i) => i);
  return spadeRef({ ...spade, modulation: { map, index: { rows: own(map.height), cols: own(map.width) } } });
}
