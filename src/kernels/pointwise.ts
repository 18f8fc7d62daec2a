import { denseConstants, denseHead, denseThreads, type DenseVariant, type DenseWork } from './dense';
import { epilogueCode, epilogueConstants, type Epilogue } from './epilogue';
import { readMap, readMatrices, readWords, WORKGROUP, writeMap, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';
import code from './pointwise.wgsl?raw';

export interface PointwiseSpec extends Epilogue {
  readonly src: Layout;
  readonly dst: Layout;
  readonly addend: boolean;
  readonly variant: DenseVariant;
}

export const pointwiseWork = ({ src, dst }: Pick<PointwiseSpec, 'src' | 'dst'>): DenseWork => ({
  tiles: Math.ceil(pixelCount(dst) / 8),
  outBlocks: blockCount(dst),
  inBlocks: blockCount(src),
});

/** 1 x 1 convolution of stride 1. */
export const pointwise: Kernel<PointwiseSpec> = {
  name: 'pointwise',
  code,
  head: ({ variant }) => epilogueCode + denseHead(variant),
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
    ...denseConstants(spec.variant),
    ADDEND: spec.addend,
  }),
  workgroup: () => WORKGROUP,
  threads: (spec) => denseThreads(pointwiseWork(spec), spec.variant),
  macs: ({ src, dst }) => channelCount(src) * channelCount(dst) * pixelCount(dst),
};
