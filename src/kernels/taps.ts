/**
 * The index tables through which a convolution reads its input: tap `k` of output row `y` reads input row
 * `rows[y * kernel + k]`, or zero where the entry is -1; columns likewise. Stride, zero padding, nearest upsampling,
 * transposition and SPADE's repeated rows are all only different tables.
 */
export interface Taps {
  readonly rows: Int32Array;
  readonly cols: Int32Array;
}

/** Which input row and column each output row and column reads, for operations that read one pixel a pixel. */
export interface PixelIndex {
  readonly rows: Int32Array;
  readonly cols: Int32Array;
}

/** Tables for one spatial axis of a plain convolution: `output` positions of `kernel` taps over `input` positions. */
export function convTaps(input: number, kernel: number, stride: number, padding: number): Int32Array {
  const output = Math.floor((input + 2 * padding - kernel) / stride) + 1;
  return Int32Array.from({ length: output * kernel }, (_, i) => {
    const position = Math.floor(i / kernel) * stride + (i % kernel) - padding;
    return position >= 0 && position < input ? position : -1;
  });
}

/** Tables for one axis of a transposed convolution without padding: output position o takes tap k from (o - k) / stride. */
export function convTransposeTaps(input: number, kernel: number, stride: number): Int32Array {
  const output = (input - 1) * stride + kernel;
  return Int32Array.from({ length: output * kernel }, (_, i) => {
    const offset = Math.floor(i / kernel) - (i % kernel);
    return offset >= 0 && offset % stride === 0 && offset / stride < input ? offset / stride : -1;
  });
}

/**
 * Which of `input` positions each of `output` positions reads under nearest resizing. PyTorch multiplies by a float32
 * ratio before rounding down, which now and then differs from whole-number division (aten/native/UpSample.h).
 */
export function nearestIndex(input: number, output: number): Int32Array {
  const scale = Math.fround(input / output);
  return Int32Array.from({ length: output }, (_, i) => Math.min(Math.floor(Math.fround(i * scale)), input - 1));
}

/** Reads one index through another: the composition of two nearest resizings. */
export const composeIndex = (outer: PixelIndex, inner: PixelIndex): PixelIndex => ({
  rows: outer.rows.map((row) => inner.rows[row]!),
  cols: outer.cols.map((col) => inner.cols[col]!),
});

/** Reads `taps` through `index`: what a tap read at position p, it now reads at index[p]; -1 stays -1. */
export const throughIndex = (taps: Int32Array, index: Int32Array): Int32Array =>
  taps.map((position) => (position < 0 ? -1 : index[position]!));

/** True if every output reads exactly the input position of the same number, as a 1 x 1 convolution of stride 1 does. */
export const isIdentity = (taps: Int32Array, input: number): boolean =>
  taps.length === input && taps.every((position, i) => position === i);
