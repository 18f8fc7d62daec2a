import code from './conv-transpose2d.wgsl?raw';
import { epilogueCode, epilogueConstants, type Epilogue } from './epilogue';
import { readMap, readMatrices, readWords, WORKGROUP, writeMap, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';

export interface ConvTranspose2dSpec extends Epilogue {
  readonly src: Layout;
  readonly dst: Layout;
  readonly kernel: readonly [height: number, width: number];
}

/** Transposed convolution without padding, through index tables. */
export const convTranspose2d: Kernel<ConvTranspose2dSpec> = {
  name: 'conv-transpose2d',
  code: epilogueCode + code,
  bindings: { src: readMap, weight: readMatrices, bias: readWords, taps: readWords, residual: readMap, dst: writeMap },
  constants: (spec) => ({
    ...epilogueConstants(spec.dst, spec),
    SRC_HEIGHT: spec.src.height,
    SRC_WIDTH: spec.src.width,
    SRC_BLOCKS: blockCount(spec.src),
    DST_BLOCKS: blockCount(spec.dst),
    KERNEL_H: spec.kernel[0],
    KERNEL_W: spec.kernel[1],
  }),
  workgroup: () => WORKGROUP,
  threads: ({ dst }) => pixelCount(dst) * blockCount(dst),
  // Without padding every input pixel meets every tap once.
  macs: ({ src, dst, kernel }) => channelCount(src) * channelCount(dst) * pixelCount(src) * kernel[0] * kernel[1],
};
