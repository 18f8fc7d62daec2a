import hiddenTileCode from './chunks/hidden-tile.wgsl?raw';
import { epilogueCode, epilogueConstants, type Epilogue } from './epilogue';
import {
  expandedPixels,
  hiddenTile,
  hiddenTileConstants,
  tileCount,
  type HiddenSpec,
  type HiddenTile,
} from './hidden-tile';
import code from './inverted-residual.wgsl?raw';
import { readMap, readMatrices, readWords, writeMap, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';

export type InvertedResidualSpec = HiddenSpec & Epilogue;

/** Output blocks that one thread can hold in registers. */
const THREAD_BLOCKS = 8;

/** WebGPU promises workgroups of 256 threads. */
const MAX_THREADS = 256;

/** Enough for 64 threads of four pixels each. */
export const MAX_OUTPUT_BLOCKS = (MAX_THREADS / 64) * THREAD_BLOCKS;

const threadGroups = (dst: Layout): number => Math.ceil(blockCount(dst) / THREAD_BLOCKS);

/** The tile of one workgroup. */
export const invertedResidualTile = (spec: HiddenSpec): HiddenTile =>
  hiddenTile(spec, Math.floor(MAX_THREADS / threadGroups(spec.dst)));

/** Output blocks as the projection's weights are padded: whole threads. */
export const projectBlocks = (dst: Layout): number =>
  threadGroups(dst) === 1 ? blockCount(dst) : threadGroups(dst) * THREAD_BLOCKS;

/** Expansion, depthwise 3 x 3, projection and residual in one, with the hidden tile in workgroup memory. */
export const invertedResidual: Kernel<InvertedResidualSpec> = {
  name: 'inverted-residual',
  code: [epilogueCode, hiddenTileCode, code].join('\n'),
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
    ...hiddenTileConstants(spec, invertedResidualTile(spec)),
    DST_BLOCKS: blockCount(spec.dst),
    PROJECT_BLOCKS: projectBlocks(spec.dst),
    THREAD_GROUPS: threadGroups(spec.dst),
  }),
  workgroup: (spec) => {
    const { width, height } = invertedResidualTile(spec);
    return Math.ceil((((width * height) / 4) * threadGroups(spec.dst)) / 32) * 32;
  },
  threads: (spec) => tileCount(spec, invertedResidualTile(spec)) * invertedResidual.workgroup(spec),
  macs: (spec) => {
    const expansion = expandedPixels(spec, invertedResidualTile(spec)) * channelCount(spec.src);
    // Each thread of more than eight output blocks' worth makes the depthwise values anew.
    return spec.hidden * (expansion + pixelCount(spec.dst) * (9 * threadGroups(spec.dst) + channelCount(spec.dst)));
  },
};
