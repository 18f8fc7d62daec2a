import bilinear from './chunks/bilinear.wgsl?raw';
import spadeChunk from './chunks/spade.wgsl?raw';
import { BILINEAR_MACS } from './grid-sample';
import { readMap, readWords, WORKGROUP, writeMap, type Constants, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';
import code from './spade.wgsl?raw';

/** What is normalized and modulated. */
export interface SpadeParts {
  /** First part of the concatenation, read through nearest resizing. */
  readonly content?: Layout | undefined;
  /** Second part, warped by `field`. */
  readonly feature?: Layout | undefined;
  readonly field?: Layout | undefined;
  readonly dst: Layout;
}

export interface SpadeSpec extends SpadeParts {
  /** Gamma, then beta, each in dst's channels. */
  readonly modulation: Layout;
}

/** WGSL that a kernel with a SPADE in it starts with. */
export const spadeCode = bilinear + spadeChunk;

/** Constants that it expects, HEIGHT and WIDTH apart. */
export const spadeConstants = ({ content, feature, field }: SpadeParts): Constants => ({
  CONTENT_BLOCKS: content ? blockCount(content) : 0,
  CONTENT_PIXELS: content ? pixelCount(content) : 1,
  CONTENT_WIDTH: content?.width ?? 1,
  FEATURE_HEIGHT: feature?.height ?? 1,
  FEATURE_WIDTH: feature?.width ?? 1,
  FIELD_WIDTH: field?.width ?? 1,
});

/** Two multiply-adds a channel, and the warp. */
export const spadeMacs = ({ feature, dst }: SpadeParts): number =>
  (2 * channelCount(dst) + (feature ? channelCount(feature) : 0) * BILINEAR_MACS) * pixelCount(dst);

/** Concatenation, warping, normalization, modulation and relu in one. */
export const spade: Kernel<SpadeSpec> = {
  name: 'spade',
  code: spadeCode + code,
  bindings: {
    content: readMap,
    feature: readMap,
    field: readWords,
    modulation: readMap,
    norm: readWords,
    index: readWords,
    dst: writeMap,
  },
  constants: (spec) => ({
    ...spadeConstants(spec),
    HEIGHT: spec.dst.height,
    WIDTH: spec.dst.width,
    DST_BLOCKS: blockCount(spec.dst),
    MODULATION_PIXELS: pixelCount(spec.modulation),
    MODULATION_WIDTH: spec.modulation.width,
  }),
  workgroup: () => WORKGROUP,
  threads: ({ dst }) => pixelCount(dst) * blockCount(dst),
  macs: spadeMacs,
};
