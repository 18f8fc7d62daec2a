import conv2dTile from './chunks/conv2d-tile.wgsl?raw';
import code from './conv2d.wgsl?raw';
import { denseConstants, denseHead, denseThreads, type DenseVariant, type DenseWork } from './dense';
import { epilogueConstants, epilogueHead, type Epilogue } from './epilogue';
import { readMap, readMatrices, readWords, WORKGROUP, writeMap, type Constants, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';
import { tapCount, TILE_ROWS, type TapGroup } from './tap-groups';

/** A dense convolution through index tables, whatever is done with its sums. */
export interface Conv2dTileSpec {
  /** The channels that are read. */
  readonly src: Layout;
  /** Block of the source tensor at which they start. */
  readonly srcFirst: number;
  /** What is convolved to; its channels are those of the weights. */
  readonly sums: Layout;
  /** Rows and columns by which of their taps coincide. */
  readonly rows: readonly TapGroup[];
  readonly cols: readonly TapGroup[];
  readonly variant: DenseVariant;
}

export interface Conv2dSpec extends Conv2dTileSpec, Epilogue {
  readonly addend: boolean;
  /** Result and residual are f32 in every precision. */
  readonly wide: boolean;
}

const rowTiles = (rows: readonly TapGroup[]): number =>
  rows.reduce((sum, { positions }) => sum + Math.ceil(positions.length / TILE_ROWS), 0);

const largest = (groups: readonly TapGroup[]): number => Math.max(...groups.map(({ size }) => size));

/** Constants that conv2d-tile.wgsl expects; HEIGHT and WIDTH are those of the sums. */
export const conv2dTileConstants = ({ src, srcFirst, sums, rows, cols, variant }: Conv2dTileSpec): Constants => ({
  HEIGHT: sums.height,
  WIDTH: sums.width,
  SRC_PIXELS: pixelCount(src),
  SRC_FIRST: srcFirst,
  SRC_BLOCKS: blockCount(src),
  DST_BLOCKS: blockCount(sums),
  KERNEL_H: largest(rows),
  KERNEL_W: largest(cols),
  GROUPED: rows.length * cols.length > 1,
  COL_GROUPS: cols.length,
  ROW_TILES: rowTiles(rows),
  ...denseConstants(variant),
});

export const conv2dTileWork = ({ src, sums, rows }: Omit<Conv2dTileSpec, 'variant'>): DenseWork => ({
  tiles: rowTiles(rows) * sums.width,
  outBlocks: blockCount(sums),
  inBlocks: blockCount(src),
});

export const conv2dTileThreads = (spec: Conv2dTileSpec): number => denseThreads(conv2dTileWork(spec), spec.variant);

export const conv2dTileMacs = ({ src, sums, rows, cols }: Conv2dTileSpec): number =>
  channelCount(src) * channelCount(sums) * tapCount(rows) * tapCount(cols);

/** Dense convolution of any kernel through index tables. */
export const conv2d: Kernel<Conv2dSpec> = {
  name: 'conv2d',
  code: conv2dTile + code,
  bindings: {
    src: readMap,
    weight: readMatrices,
    tables: readWords,
    bias: readWords,
    addend: readMap,
    residual: readMap,
    dst: writeMap,
  },
  constants: (spec) => ({
    ...epilogueConstants(spec.sums, spec),
    ...conv2dTileConstants(spec),
    ADDEND: spec.addend,
  }),
  head: ({ wide, variant }) => epilogueHead(wide) + denseHead(variant),
  workgroup: () => WORKGROUP,
  threads: conv2dTileThreads,
  macs: conv2dTileMacs,
};
