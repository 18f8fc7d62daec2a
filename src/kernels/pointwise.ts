import { epilogueCode, epilogueConstants, type Epilogue } from './epilogue';
import { readMap, readMatrices, readWords, WORKGROUP, writeMap, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';
import code from './pointwise.wgsl?raw';

export interface PointwiseSpec extends Epilogue {
  readonly src: Layout;
  readonly dst: Layout;
  readonly addend: boolean;
  /** Output blocks of one thread. */
  readonly blocks: 1 | 2;
}

/** 1 x 1 convolution of stride 1. */
export const pointwise: Kernel<PointwiseSpec> = {
  name: 'pointwise',
  code: epilogueCode + code,
  bindings: {
    src: readMap,
    weight: readMatrices,
    bias: readWords,
    addend: readMap,
    residual: readMap,
    dst: writeMap,
  },
  constants: (spec) => ({
    ...epilogueConstants(spec.dst, spec),
    SRC_BLOCKS: blockCount(spec.src),
    DST_BLOCKS: blockCount(spec.dst),
    BLOCKS: spec.blocks,
    ADDEND: spec.addend,
  }),
  workgroup: () => WORKGROUP,
  threads: ({ dst, blocks }) => Math.ceil(pixelCount(dst) / 8) * Math.ceil(blockCount(dst) / blocks),
  macs: ({ src, dst }) => channelCount(src) * channelCount(dst) * pixelCount(dst),
};
