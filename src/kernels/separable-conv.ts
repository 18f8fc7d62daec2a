import activate from './chunks/activate.wgsl?raw';
import putMap from './chunks/put-map.wgsl?raw';
import putRgba8 from './chunks/put-rgba8.wgsl?raw';
import rgba8 from './chunks/rgba8.wgsl?raw';
import { ACTIVATIONS, type Activation } from './epilogue';
import { readMap, readMatrices, readWords, WORKGROUP, writeMap, writeWords, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';
import code from './separable-conv.wgsl?raw';

export interface SeparableConvSpec {
  /** Half as high and wide as dst. */
  readonly src: Layout;
  /** One block of channels. */
  readonly dst: Layout;
  readonly activation: Activation;
}

const threads = ({ src }: SeparableConvSpec): number => Math.ceil(src.height / 2) * src.width;

/** Nearest x 2, depthwise 3 x 3, relu, 1 x 1 projection and 3 x 3 convolution in one; the result is a map, or RGBA bytes. */
export const separableConv = (isRgba8: boolean): Kernel<SeparableConvSpec> => ({
  name: 'separable-conv',
  code: [activate, ...(isRgba8 ? [rgba8, putRgba8] : [putMap]), code].join('\n'),
  bindings: {
    src: readMap,
    depthwise: readWords,
    weight: readMatrices,
    bias: readWords,
    dst: isRgba8 ? writeWords : writeMap,
  },
  constants: ({ src, activation }) => ({
    SRC_HEIGHT: src.height,
    SRC_WIDTH: src.width,
    SRC_BLOCKS: blockCount(src),
    ACTIVATION: ACTIVATIONS[activation],
  }),
  workgroup: () => WORKGROUP,
  threads,
  // A thread makes 24 depthwise values of four taps for eight outputs.
  macs: (spec) => channelCount(spec.src) * (24 * 4 * threads(spec) + 9 * channelCount(spec.dst) * pixelCount(spec.dst)),
});
