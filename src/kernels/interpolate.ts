import code from './interpolate.wgsl?raw';
import { readMap, readWords, WORKGROUP, writeMap, type Kernel } from './kernel';
import { blockCount, pixelCount, type Layout } from './layout';

export interface InterpolateSpec {
  readonly src: Layout;
  readonly dst: Layout;
}

/** Nearest resizing through index tables. */
export const interpolate: Kernel<InterpolateSpec> = {
  name: 'interpolate',
  code,
  bindings: { src: readMap, index: readWords, dst: writeMap },
  constants: ({ src, dst }) => ({
    HEIGHT: dst.height,
    WIDTH: dst.width,
    DST_BLOCKS: blockCount(dst),
    SRC_HEIGHT: src.height,
    SRC_WIDTH: src.width,
  }),
  workgroup: () => WORKGROUP,
  threads: ({ dst }) => pixelCount(dst) * blockCount(dst),
  macs: () => 0,
};
