import code from './conv2d.wgsl?raw';
import { epilogueCode, epilogueConstants, type Epilogue } from './epilogue';
import { readMap, readMatrices, readWords, WORKGROUP, writeMap, type Kernel } from './kernel';
import { blockCount, channelCount, pixelCount, type Layout } from './layout';
import { tapCount, TILE_ROWS, type TapGroup } from './tap-groups';

export interface Conv2dSpec extends Epilogue {
  readonly src: Layout;
  readonly dst: Layout;
  /** Rows and columns by which of their taps coincide. */
  readonly rows: readonly TapGroup[];
  readonly cols: readonly TapGroup[];
  readonly addend: boolean;
  /** Output blocks of one thread. */
  readonly blocks: 1 | 2;
}

const rowTiles = (rows: readonly TapGroup[]): number =>
  rows.reduce((sum, { positions }) => sum + Math.ceil(positions.length / TILE_ROWS), 0);

const largest = (groups: readonly TapGroup[]): number => Math.max(...groups.map(({ size }) => size));

/** Dense convolution of any kernel through index tables. */
export const conv2d: Kernel<Conv2dSpec> = {
  name: 'conv2d',
  code: epilogueCode + code,
  bindings: {
    src: readMap,
    weight: readMatrices,
    bias: readWords,
    rows: readWords,
    cols: readWords,
    addend: readMap,
    residual: readMap,
    dst: writeMap,
  },
  constants: (spec) => ({
    ...epilogueConstants(spec.dst, spec),
    SRC_PIXELS: pixelCount(spec.src),
    SRC_BLOCKS: blockCount(spec.src),
    DST_BLOCKS: blockCount(spec.dst),
    KERNEL_H: largest(spec.rows),
    KERNEL_W: largest(spec.cols),
    GROUPED: spec.rows.length * spec.cols.length > 1,
    COL_GROUPS: spec.cols.length,
    ROW_TILES: rowTiles(spec.rows),
    BLOCKS: spec.blocks,
    ADDEND: spec.addend,
  }),
  workgroup: () => WORKGROUP,
  threads: ({ dst, rows, blocks }) => rowTiles(rows) * dst.width * Math.ceil(blockCount(dst) / blocks),
  macs: ({ src, dst, rows, cols }) => channelCount(src) * channelCount(dst) * tapCount(rows) * tapCount(cols),
};
