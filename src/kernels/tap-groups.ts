/**
 * Output positions of one axis whose taps coincide in the same way. Taps that read the same input are joined: one
 * product with the sum of their weights. After nearest x 2 a 3-wide kernel has two groups of two taps, reading
 * (r - 1, r, r) and (r, r, r + 1); after a larger stretch most positions need one tap only.
 */
export interface TapGroup {
  readonly positions: readonly number[];
  /** Which joined tap each tap of the kernel became. */
  readonly joined: readonly number[];
  /** Number of joined taps. */
  readonly size: number;
}

/** The groups of one axis, `taps` as in taps.ts; a plain convolution has one group in which nothing is joined. */
export function groupTaps(taps: Int32Array, kernel: number): TapGroup[] {
  const groups = new Map<string, { positions: number[]; joined: number[] }>();
  for (let position = 0; position < taps.length / kernel; position++) {
    const own = taps.subarray(position * kernel, (position + 1) * kernel);
    const joined: number[] = [];
    // Taps in the padding stay apart: joining them would make groups of border positions.
    own.forEach((tap, k) => joined.push(k === 0 ? 0 : joined[k - 1]! + (tap >= 0 && tap === own[k - 1] ? 0 : 1)));
    const key = joined.join();
    const group = groups.get(key);
    if (group) group.positions.push(position);
    else groups.set(key, { positions: [position], joined });
  }
  return [...groups.values()].map((group) => ({ ...group, size: group.joined.at(-1)! + 1 }));
}

/** Joined taps of all positions of an axis together. */
export const tapCount = (groups: readonly TapGroup[]): number =>
  groups.reduce((sum, { positions, size }) => sum + positions.length * size, 0);

/** Weights (filters, kh, kw) with joined taps summed: (filters, rows.size, cols.size). */
export function joinWeights(weight: ArrayLike<number>, rows: TapGroup, cols: TapGroup): Float64Array {
  const kw = cols.joined.length;
  const taps = rows.joined.length * kw;
  const joinedTaps = rows.size * cols.size;
  const result = new Float64Array((weight.length / taps) * joinedTaps);
  const places = Int32Array.from(
    { length: taps },
    (_, tap) => rows.joined[Math.floor(tap / kw)]! * cols.size + cols.joined[tap % kw]!,
  );
  for (let i = 0, start = 0; i < weight.length; i += taps, start += joinedTaps) {
    for (let tap = 0; tap < taps; tap++) result[start + places[tap]!]! += weight[i + tap]!;
  }
  return result;
}

/** Taps 0, 1, 2 of an axis after nearest x 2, as joined by an odd and by an even position. */
const DOUBLING: readonly TapGroup[] = [
  { positions: [], joined: [0, 0, 1], size: 2 },
  { positions: [], joined: [0, 1, 1], size: 2 },
];

/** Depthwise weights (C, 1, 3, 3) after nearest x 2: (C, odd or even row, odd or even column, 2, 2). */
export function doublingPhases(weight: ArrayLike<number>): Float64Array {
  const channels = weight.length / 9;
  const result = new Float64Array(channels * 16);
  DOUBLING.forEach((rows, y) => {
    DOUBLING.forEach((cols, x) => {
      joinWeights(weight, rows, cols).forEach((w, i) => {
        result[(i >> 2) * 16 + (y * 2 + x) * 4 + (i & 3)] = w;
      });
    });
  });
  return result;
}

/** Rows of one thread of the conv2d kernel. */
export const TILE_ROWS = 8;

/**
 * What conv2d-tile.wgsl reads of the rows: for each tile of eight output rows of one group (taps, group, 0, 0), the
 * eight rows (-1 for none), then for each tap the eight source rows times `srcWidth` (-1 for zero).
 */
export function rowTable(groups: readonly TapGroup[], taps: Int32Array, srcWidth: number): Int32Array {
  const most = Math.max(...groups.map(({ size }) => size));
  const tiles: number[] = [];
  groups.forEach(({ positions, joined, size }, g) => {
    for (let start = 0; start < positions.length; start += TILE_ROWS) {
      const rows = Array.from({ length: TILE_ROWS }, (_, i) => positions[start + i] ?? -1);
      tiles.push(size, g, 0, 0, ...rows);
      for (let t = 0; t < most; t++) {
        // An idle row reads what a busy one does; what it makes is not stored.
        for (const row of rows) tiles.push(tapOf(taps, joined, row < 0 ? rows[0]! : row, t, srcWidth));
      }
    }
  });
  return Int32Array.from(tiles);
}

/** What conv2d-tile.wgsl reads of the columns: for each column, group by group, (taps, group, column), then its source columns. */
export function columnTable(groups: readonly TapGroup[], taps: Int32Array): Int32Array {
  const most = Math.max(...groups.map(({ size }) => size));
  return Int32Array.from(
    groups.flatMap(({ positions, joined, size }, g) =>
      positions.flatMap((x) => [size, g, x, ...Array.from({ length: most }, (_, t) => tapOf(taps, joined, x, t, 1))]),
    ),
  );
}

/** Input position of joined tap `t` at an output position, times `scale`; -1 for zero. */
function tapOf(taps: Int32Array, joined: readonly number[], position: number, t: number, scale: number): number {
  const k = joined.indexOf(t);
  const tap = k < 0 ? -1 : taps[position * joined.length + k]!;
  return tap < 0 ? -1 : tap * scale;
}
