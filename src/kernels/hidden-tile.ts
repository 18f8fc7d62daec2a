import type { Constants } from './kernel';
import { blockCount, channelCount, type Layout } from './layout';

/** The first half of an inverted residual: expansion and depthwise convolution. */
export interface HiddenSpec {
  readonly src: Layout;
  readonly dst: Layout;
  /** Hidden channels. */
  readonly hidden: number;
  readonly stride: 1 | 2;
  /** Nearest upsampling between expansion and depthwise; 2 only with stride 1. */
  readonly up: 1 | 2;
}

/** What one workgroup owns: outputs of a tile, and how many hidden blocks of it at a time. */
export interface HiddenTile {
  readonly width: number;
  /** A multiple of four, since a thread owns four rows. */
  readonly height: number;
  readonly chunk: number;
}

/** vec4f that the 16 KiB of workgroup memory hold that WebGPU promises. */
const WORKGROUP_VECTORS = 1024;

/** Hidden blocks that one thread has accumulators for. */
const MAX_CHUNK = 3;

/** Cells of one axis that a tile of `size` outputs reads, border included. */
const reach = (size: number, stride: number, up: number): number => (up === 2 ? size / 2 + 2 : (size - 1) * stride + 3);

/** The chunk of a tile: as many hidden blocks as workgroup memory holds. */
function chunkOf(width: number, height: number, { stride, up, hidden }: HiddenSpec): number {
  const cells = reach(width, stride, up) * reach(height, stride, up);
  return Math.min(MAX_CHUNK, Math.floor(WORKGROUP_VECTORS / cells), Math.ceil(hidden / 4));
}

/** Cells inside the picture that all tiles of one axis read, those of borders once a tile. */
function cellsAlong(dst: number, src: number, size: number, stride: number, up: number): number {
  let cells = 0;
  for (let at = 0; at < dst; at += size) {
    const first = (at * stride) / up - 1;
    cells += Math.min(first + reach(size, stride, up), src) - Math.max(first, 0);
  }
  return cells;
}

/** Pixels of src that are expanded, those of borders as often as they are. */
export const expandedPixels = ({ src, dst, stride, up }: HiddenSpec, { width, height }: HiddenTile): number =>
  cellsAlong(dst.width, src.width, width, stride, up) * cellsAlong(dst.height, src.height, height, stride, up);

/**
 * The tile with the least to do: expanded pixels, weighted by the loads that a smaller chunk costs (a source vector
 * serves `chunk` products), and idle outputs beyond the picture. At most `threads` threads own four outputs each.
 */
export function hiddenTile(spec: HiddenSpec, threads: number): HiddenTile {
  let best: HiddenTile | undefined;
  let least = Infinity;
  const fit = (size: number): number => Math.ceil(size / 4) * 4;
  for (let width = 4; width <= Math.min(64, fit(spec.dst.width)); width += 2) {
    for (let height = 4; height <= Math.min(64, fit(spec.dst.height)); height += 4) {
      const chunk = chunkOf(width, height, spec);
      if (chunk < 1 || (width * height) / 4 > threads) continue;
      const tile = { width, height, chunk };
      const padded = Math.ceil(spec.dst.width / width) * width * Math.ceil(spec.dst.height / height) * height;
      const cost = expandedPixels(spec, tile) * (channelCount(spec.src) + 6) * (1 + 0.4 / chunk) + padded * 30;
      if (cost < least) [best, least] = [tile, cost];
    }
  }
  return best!;
}

/** Constants that hidden-tile.wgsl expects, HEIGHT and WIDTH of dst apart. */
export const hiddenTileConstants = (spec: HiddenSpec, { width, height, chunk }: HiddenTile): Constants => ({
  SRC_HEIGHT: spec.src.height,
  SRC_WIDTH: spec.src.width,
  SRC_BLOCKS: blockCount(spec.src),
  HIDDEN_BLOCKS: Math.ceil(spec.hidden / 4),
  STRIDE: spec.stride,
  UP: spec.up,
  CHUNK: chunk,
  TILE_W: width,
  TILE_H: height,
});

/** Number of tiles. */
export const tileCount = ({ dst }: HiddenSpec, { width, height }: HiddenTile): number =>
  Math.ceil(dst.width / width) * Math.ceil(dst.height / height);
