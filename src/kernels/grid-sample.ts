import bilinear from './chunks/bilinear.wgsl?raw';
import code from './grid-sample.wgsl?raw';
import { readMap, readWords, WORKGROUP, writeMap, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';

export interface GridSampleSpec {
  readonly feature: Layout;
  readonly field: Layout;
  readonly dst: Layout;
}

/** Multiply-adds of one bilinear sample: four products a channel. */
export const BILINEAR_MACS = 4;

/** Bilinear warping with zero padding by a field of absolute coordinates. */
export const gridSample: Kernel<GridSampleSpec> = {
  name: 'grid-sample',
  code: bilinear + code,
  bindings: { feature: readMap, field: readWords, index: readWords, dst: writeMap },
  constants: ({ feature, field, dst }) => ({
    HEIGHT: dst.height,
    WIDTH: dst.width,
    DST_BLOCKS: blockCount(dst),
    FEATURE_HEIGHT: feature.height,
    FEATURE_WIDTH: feature.width,
    FIELD_WIDTH: field.width,
  }),
  workgroup: () => WORKGROUP,
  threads: ({ dst }) => pixelCount(dst) * blockCount(dst),
  macs: ({ dst }) => channelCount(dst) * pixelCount(dst) * BILINEAR_MACS,
};
