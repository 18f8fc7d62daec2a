import combine from './chunks/combine.wgsl?raw';
import combineNone from './chunks/combine-none.wgsl?raw';
import denseItem from './chunks/dense-item.wgsl?raw';
import { WORKGROUP, type Constants } from './kernel';

/** How the threads of a dense product share its work; none of it changes the result but for rounding. */
export interface DenseVariant {
  /** Output blocks of one thread, 1 or 2. */
  readonly blocks: number;
  /** Tiles of pixels side by side in a workgroup; the rest of its threads own further output blocks of the same tiles. */
  readonly span: number;
  /** Threads that share the same outputs, each with a slice of the input channels. */
  readonly split: number;
}

/** The work of a dense product in the units of one thread. */
export interface DenseWork {
  /** Groups of eight pixels. */
  readonly tiles: number;
  /** Blocks of four output channels. */
  readonly outBlocks: number;
  /** Blocks of four input channels. */
  readonly inBlocks: number;
}

const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(Math.max(least, 1)));

/** Every thread alone with its outputs; a workgroup as wide in pixels as there are any. */
export const plainVariant = ({ tiles, outBlocks }: DenseWork): DenseVariant => ({
  blocks: Math.min(outBlocks, 2),
  span: Math.min(powerOfTwo(tiles), WORKGROUP),
  split: 1,
});

/** Threads that keep a GPU of some thousand lanes busy. */
const BUSY = 16384;

/**
 * For a GPU, out of others' measurements and not yet our own: workgroups square enough that source pixels are shared in the
 * first cache; small maps, which have few outputs, get their threads by splitting the input channels.
 */
export function gpuVariant(work: DenseWork): DenseVariant {
  const { blocks, span } = plainVariant(work);
  const groups = Math.ceil(work.outBlocks / blocks);
  const wanted = Math.min(BUSY / (work.tiles * groups), work.inBlocks / 4);
  const split = [8, 4, 2].find((size) => size <= wanted) ?? 1;
  const lanes = WORKGROUP / split;
  return { blocks, span: Math.min(span, Math.max(lanes / Math.min(powerOfTwo(groups), 4), 1)), split };
}

/** All variants worth timing, the plain one among them. */
export function denseVariants(work: DenseWork): DenseVariant[] {
  const found: DenseVariant[] = [];
  for (const blocks of work.outBlocks > 1 ? [2, 1] : [1]) {
    const groups = Math.ceil(work.outBlocks / blocks);
    for (const split of [1, 2, 4, 8]) {
      if (split > 1 && work.inBlocks < 2 * split) continue;
      const lanes = WORKGROUP / split;
      for (const span of [64, 32, 16, 8, 4]) {
        // Wider than the map or higher than its channels, threads would idle.
        const fits = span <= Math.min(lanes, powerOfTwo(work.tiles)) && lanes / span <= powerOfTwo(groups);
        if (fits) found.push({ blocks, span, split });
      }
    }
  }
  const plain = plainVariant(work);
  const isPlain = ({ blocks, span, split }: DenseVariant): boolean =>
    blocks === plain.blocks && span === plain.span && split === plain.split;
  return [plain, ...found.filter((variant) => !isPlain(variant))];
}

/** WGSL in front of a dense kernel. */
export const denseHead = ({ split }: DenseVariant): string => denseItem + (split > 1 ? combine : combineNone);

export const denseConstants = ({ blocks, span, split }: DenseVariant): Constants => ({
  BLOCKS: blocks,
  SPAN: span,
  SPLIT: split,
});

/** Threads of a launch: whole workgroups over tiles and groups. */
export function denseThreads({ tiles, outBlocks }: DenseWork, { blocks, span, split }: DenseVariant): number {
  const across = Math.ceil(tiles / span);
  const down = Math.ceil(Math.ceil(outBlocks / blocks) / (WORKGROUP / split / span));
  return across * down * WORKGROUP;
}
