import code from './conv2d.wgsl?raw';
import { epilogueConstants, type Epilogue } from './epilogue';
import epilogue from './chunks/epilogue.wgsl?raw';
import { readMap, readMatrices, readWords, WORKGROUP, writeMap, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';

/**
 * With two phases, outputs of even and odd rows, and of even and odd columns, have weights of their own; height and
 * width of dst are even.
 */
export type Phases = 1 | 2;

export interface Conv2dSpec extends Epilogue {
  readonly src: Layout;
  readonly dst: Layout;
  readonly kernel: readonly [height: number, width: number];
  readonly phases: Phases;
  readonly addend: boolean;
  /** Output blocks of one thread. */
  readonly blocks: 1 | 2;
}

/** Dense convolution of any kernel through index tables. */
export const conv2d: Kernel<Conv2dSpec> = {
  name: 'conv2d',
  code: epilogue + code,
  bindings: {
    src: readMap,
    weight: readMatrices,
    bias: readWords,
    taps: readWords,
    addend: readMap,
    residual: readMap,
    dst: writeMap,
  },
  constants: (spec) => ({
    ...epilogueConstants(spec.dst, spec),
    SRC_HEIGHT: spec.src.height,
    SRC_WIDTH: spec.src.width,
    SRC_BLOCKS: blockCount(spec.src),
    DST_BLOCKS: blockCount(spec.dst),
    KERNEL_H: spec.kernel[0],
    KERNEL_W: spec.kernel[1],
    BLOCKS: spec.blocks,
    PHASES: spec.phases,
    ADDEND: spec.addend,
  }),
  workgroup: () => WORKGROUP,
  threads: ({ dst, blocks, phases }) =>
    Math.ceil(dst.height / phases / 8) * dst.width * phases * Math.ceil(blockCount(dst) / blocks),
  macs: ({ src, dst, kernel }) => channelCount(src) * channelCount(dst) * pixelCount(dst) * kernel[0] * kernel[1],
};
