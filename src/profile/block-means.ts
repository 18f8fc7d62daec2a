/** Blocks a side of a picture's grid. */
const GRID = 8;

/** RGBA bytes, rows from the top. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

/**
 * A picture in small: the mean of red, green and blue, 0 to 255, in each of 8 x 8 blocks, row by row. Sides must be
 * multiples of 8.
 */
export function blockMeans({ width, height, data }: Pixels): number[] {
  const sums = new Float64Array(GRID * GRID * 3);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * GRID) / height) * GRID;
    for (let x = 0; x < width; x++) {
      const block = row + Math.floor((x * GRID) / width);
      for (let c = 0; c < 3; c++) sums[block * 3 + c]! += data[(y * width + x) * 4 + c]!;
    }
  }
  return Array.from(sums, (sum) => sum / ((width * height) / GRID ** 2));
}

/** The largest difference of two grids; NaN where one is no number, Infinity where they are not of the same size. */
export function largestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  // Math.max lets NaN through.
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}
