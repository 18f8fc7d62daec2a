import { readMap, readMatrices, readWords, WORKGROUP, writeMap, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';
import code from './pose-encoder.wgsl?raw';

export interface PoseEncoderSpec {
  /** One pixel. */
  readonly src: Layout;
  readonly hidden: Layout;
  /** Kernel and stride of the second convolution: dst has hidden's size times this. */
  readonly kernel: readonly [height: number, width: number];
  readonly dst: Layout;
  readonly hiddenRelu: boolean;
  readonly relu: boolean;
}

/** Two transposed convolutions in one: one pixel to a few cells, each cell to a tile of its own. */
export const poseEncoder: Kernel<PoseEncoderSpec> = {
  name: 'pose-encoder',
  code,
  bindings: { src: readMap, first: readMatrices, second: readMatrices, bias: readWords, dst: writeMap },
  constants: ({ src, hidden, kernel, dst, hiddenRelu, relu }) => ({
    SRC_BLOCKS: blockCount(src),
    HIDDEN_BLOCKS: blockCount(hidden),
    DST_BLOCKS: blockCount(dst),
    CELLS_H: hidden.height,
    CELLS_W: hidden.width,
    KERNEL_H: kernel[0],
    KERNEL_W: kernel[1],
    HIDDEN_RELU: hiddenRelu,
    RELU: relu,
  }),
  workgroup: () => WORKGROUP,
  threads: ({ dst }) => blockCount(dst) * pixelCount(dst),
  macs: ({ src, hidden, dst }) =>
    channelCount(hidden) * pixelCount(dst) * (channelCount(dst) + channelCount(src) * blockCount(dst)),
};
