import conv2dTile from './chunks/conv2d-tile.wgsl?raw';
import { conv2dTileConstants, conv2dTileMacs, conv2dTileThreads, type Conv2dTileSpec } from './conv2d';
import { denseHead } from './dense';
import { readMap, readMatrices, readWords, WORKGROUP, writeMap, type Kernel } from './kernel';
import { spadeCode, spadeConstants, spadeMacs, type SpadeParts } from './spade';
import code from './spade-conv2d.wgsl?raw';

/** `sums` holds a gamma and a beta block, one after the other, for each block of dst; a thread owns two blocks. */
export type SpadeConv2dSpec = Conv2dTileSpec & SpadeParts;

/** SPADE together with the convolution that makes its modulation. */
export const spadeConv2d: Kernel<SpadeConv2dSpec> = {
  name: 'spade-conv2d',
  code: [spadeCode, conv2dTile, code].join('\n'),
  head: ({ variant }) => denseHead(variant),
  bindings: {
    src: readMap,
    weight: readMatrices,
    tables: readWords,
    vectors: readWords,
    content: readMap,
    feature: readMap,
    field: readWords,
    dst: writeMap,
  },
  constants: (spec) => ({
    ...spadeConstants(spec),
    ...conv2dTileConstants(spec),
    ROW_GROUPS: spec.rows.length,
  }),
  workgroup: () => WORKGROUP,
  threads: conv2dTileThreads,
  macs: (spec) => conv2dTileMacs(spec) + spadeMacs(spec),
};
