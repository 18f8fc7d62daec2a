import { epilogueCode, epilogueConstants, type Epilogue } from './epilogue';
import { readMap, readMatrices, readWords, WORKGROUP, writeMap, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';
import code from './separable.wgsl?raw';

export interface SeparableSpec extends Epilogue {
  readonly src: Layout;
  readonly dst: Layout;
  /** Output blocks of one thread, 1 to 4. */
  readonly blocks: number;
}

/** Depthwise 3 x 3, relu and 1 x 1 projection in one. */
export const separable: Kernel<SeparableSpec> = {
  name: 'separable',
  code: epilogueCode + code,
  bindings: {
    src: readMap,
    depthwise: readWords,
    project: readMatrices,
    bias: readWords,
    index: readWords,
    residual: readMap,
    dst: writeMap,
  },
  constants: (spec) => ({
    ...epilogueConstants(spec.dst, spec),
    SRC_PIXELS: pixelCount(spec.src),
    SRC_WIDTH: spec.src.width,
    SRC_BLOCKS: blockCount(spec.src),
    DST_BLOCKS: blockCount(spec.dst),
    BLOCKS: spec.blocks,
  }),
  workgroup: () => WORKGROUP,
  threads: ({ dst, blocks }) => Math.ceil(dst.height / 8) * dst.width * Math.ceil(blockCount(dst) / blocks),
  macs: ({ src, dst, blocks }) =>
    channelCount(src) * pixelCount(dst) * (9 * Math.ceil(blockCount(dst) / blocks) + channelCount(dst)),
};
