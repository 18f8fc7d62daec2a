import code from './depthwise.wgsl?raw';
import { epilogueCode, epilogueConstants, type Epilogue } from './epilogue';
import { readMap, readWords, WORKGROUP, writeMap, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';

export interface DepthwiseSpec extends Epilogue {
  readonly src: Layout;
  readonly dst: Layout;
  readonly kernel: readonly [height: number, width: number];
}

/** Depthwise convolution of any kernel through index tables. */
export const depthwise: Kernel<DepthwiseSpec> = {
  name: 'depthwise',
  code: epilogueCode + code,
  bindings: { src: readMap, weight: readWords, bias: readWords, taps: readWords, residual: readMap, dst: writeMap },
  constants: (spec) => ({
    ...epilogueConstants(spec.dst, spec),
    SRC_HEIGHT: spec.src.height,
    SRC_WIDTH: spec.src.width,
    DST_BLOCKS: blockCount(spec.dst),
    KERNEL_H: spec.kernel[0],
    KERNEL_W: spec.kernel[1],
  }),
  workgroup: () => WORKGROUP,
  threads: ({ dst }) => Math.ceil(dst.height / 4) * dst.width * blockCount(dst),
  macs: ({ dst, kernel }) => channelCount(dst) * pixelCount(dst) * kernel[0] * kernel[1],
};
