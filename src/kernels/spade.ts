import bilinear from './chunks/bilinear.wgsl?raw';
import { BILINEAR_MACS } from './grid-sample';
import { readMap, readWords, WORKGROUP, writeMap, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';
import code from './spade.wgsl?raw';

export interface SpadeSpec {
  /** First part of the concatenation, read through nearest resizing. */
  readonly src?: Layout | undefined;
  /** Second part, warped by `field`. */
  readonly feature?: Layout | undefined;
  readonly field?: Layout | undefined;
  /** Gamma, then beta, each in dst's channels. */
  readonly modulation: Layout;
  readonly dst: Layout;
}

/** Concatenation, warping, normalization, modulation and relu in one. */
export const spade: Kernel<SpadeSpec> = {
  name: 'spade',
  code: bilinear + code,
  bindings: {
    src: readMap,
    feature: readMap,
    field: readMap,
    modulation: readMap,
    norm: readWords,
    index: readWords,
    dst: writeMap,
  },
  constants: ({ src, feature, field, modulation, dst }) => ({
    HEIGHT: dst.height,
    WIDTH: dst.width,
    DST_BLOCKS: blockCount(dst),
    SRC_BLOCKS: src ? blockCount(src) : 0,
    SRC_PIXELS: src ? pixelCount(src) : 1,
    SRC_WIDTH: src?.width ?? 1,
    FEATURE_HEIGHT: feature?.height ?? 1,
    FEATURE_WIDTH: feature?.width ?? 1,
    FIELD_WIDTH: field?.width ?? 1,
    MODULATION_PIXELS: pixelCount(modulation),
    MODULATION_WIDTH: modulation.width,
  }),
  workgroup: () => WORKGROUP,
  threads: ({ dst }) => pixelCount(dst) * blockCount(dst),
  macs: ({ feature, dst }) =>
    (2 * channelCount(dst) + (feature ? channelCount(feature) : 0) * BILINEAR_MACS) * pixelCount(dst),
};
