import { epilogueConstants, type Epilogue } from './epilogue';
import epilogue from './chunks/epilogue.wgsl?raw';
import code from './inverted-residual.wgsl?raw';
import { readMap, readMatrices, readWords, writeMap, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';

export interface InvertedResidualSpec extends Epilogue {
  readonly src: Layout;
  readonly hidden: number;
  readonly dst: Layout;
  readonly stride: 1 | 2;
}

/** Output blocks that one thread can hold. */
export const MAX_OUTPUT_BLOCKS = 8;

/** The bordered tile must fit 16 KiB of workgroup memory: 18 x 18 or 33 x 17 vec4. */
const tile = (stride: 1 | 2) => ({ width: 16, height: stride === 1 ? 16 : 8 });

const tileCount = ({ dst, stride }: InvertedResidualSpec): number =>
  Math.ceil(dst.width / tile(stride).width) * Math.ceil(dst.height / tile(stride).height);

/** Expansion, depthwise 3 x 3, projection and residual in one, with the hidden tile in workgroup memory. */
export const invertedResidual: Kernel<InvertedResidualSpec> = {
  name: 'inverted-residual',
  code: epilogue + code,
  bindings: {
    src: readMap,
    expand: readMatrices,
    depthwise: readWords,
    project: readMatrices,
    bias: readWords,
    residual: readMap,
    dst: writeMap,
  },
  constants: (spec) => ({
    ...epilogueConstants(spec.dst, spec),
    SRC_HEIGHT: spec.src.height,
    SRC_WIDTH: spec.src.width,
    SRC_BLOCKS: blockCount(spec.src),
    HIDDEN_BLOCKS: Math.ceil(spec.hidden / 4),
    DST_BLOCKS: blockCount(spec.dst),
    STRIDE: spec.stride,
    TILE_W: tile(spec.stride).width,
    TILE_H: tile(spec.stride).height,
  }),
  workgroup: ({ stride }) => (tile(stride).width * tile(stride).height) / 4,
  threads: (spec) => tileCount(spec) * invertedResidual.workgroup(spec),
  macs: (spec) => {
    const { width, height } = tile(spec.stride);
    const bordered = ((width - 1) * spec.stride + 3) * ((height - 1) * spec.stride + 3);
    const expansion = tileCount(spec) * bordered * channelCount(spec.src);
    return spec.hidden * (expansion + pixelCount(spec.dst) * (9 + channelCount(spec.dst)));
  },
};
