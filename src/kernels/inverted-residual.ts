import { epilogueCode, epilogueConstants, type Epilogue } from './epilogue';
import code from './inverted-residual.wgsl?raw';
import { readMap, readMatrices, readWords, writeMap, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';

export interface InvertedResidualSpec extends Epilogue {
  readonly src: Layout;
  readonly hidden: number;
  readonly dst: Layout;
  readonly stride: 1 | 2;
  /** Nearest upsampling between expansion and depthwise; 2 only with stride 1. */
  readonly up: 1 | 2;
}

type Shape = Pick<InvertedResidualSpec, 'stride' | 'up'>;

/** Output blocks that one thread can hold in registers. */
const THREAD_BLOCKS = 8;

/** WebGPU promises workgroups of 256 threads: 64 for the pixels of a tile, times four. */
export const MAX_OUTPUT_BLOCKS = 4 * THREAD_BLOCKS;

/** WebGPU promises 16 KiB of workgroup memory. */
const WORKGROUP_BYTES = 16384;

const tile = ({ stride }: Shape) => ({ width: 16, height: stride === 1 ? 16 : 8 });

/** Pixels of the bordered tile in src. */
function borderedPixels(shape: Shape): number {
  const { width, height } = tile(shape);
  const side = (size: number): number => (shape.up === 2 ? size / 2 + 2 : (size - 1) * shape.stride + 3);
  return side(width) * side(height);
}

/** Hidden blocks of one round, at most the three that the kernel has accumulators for. */
export const chunkBlocks = (shape: Shape): number =>
  Math.min(3, Math.floor(WORKGROUP_BYTES / 16 / (Math.ceil(borderedPixels(shape) / 4) * 4)));

/** Output blocks as the projection's weights are padded: whole threads. */
export const projectBlocks = (dst: Layout): number => {
  const blocks = blockCount(dst);
  return blocks <= THREAD_BLOCKS ? blocks : Math.ceil(blocks / THREAD_BLOCKS) * THREAD_BLOCKS;
};

const tileCount = ({ dst, ...shape }: InvertedResidualSpec): number =>
  Math.ceil(dst.width / tile(shape).width) * Math.ceil(dst.height / tile(shape).height);

/** Multiply-adds, the repeated border of the expansion included. */
export function invertedResidualMacs(spec: InvertedResidualSpec): number {
  const expansion = tileCount(spec) * borderedPixels(spec) * channelCount(spec.src);
  // Each thread of more than eight output blocks' worth makes the depthwise values anew.
  const threads = Math.ceil(blockCount(spec.dst) / THREAD_BLOCKS);
  return spec.hidden * (expansion + pixelCount(spec.dst) * (9 * threads + channelCount(spec.dst)));
}

/** Expansion, depthwise 3 x 3, projection and residual in one, with the hidden tile in workgroup memory. */
export const invertedResidual: Kernel<InvertedResidualSpec> = {
  name: 'inverted-residual',
  code: epilogueCode + code,
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
    PROJECT_BLOCKS: projectBlocks(spec.dst),
    STRIDE: spec.stride,
    UP: spec.up,
    CHUNK: chunkBlocks(spec),
    TILE_W: tile(spec).width,
    TILE_H: tile(spec).height,
  }),
  workgroup: (spec) => ((tile(spec).width * tile(spec).height) / 4) * Math.ceil(blockCount(spec.dst) / THREAD_BLOCKS),
  threads: (spec) => tileCount(spec) * invertedResidual.workgroup(spec),
  macs: invertedResidualMacs,
};
