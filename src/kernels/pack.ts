import { blockCount, lanes, type Layout } from './layout';

/**
 * Dense weights (O, I, kh, kw) to 4 x 4 matrices [out block][ky][kx][in block], columns = input lanes, so that a matrix
 * times a vec4 of inputs gives a vec4 of outputs. Padding lanes are zero; out blocks are filled up to a multiple of
 * `blocks`, so that a thread may read all the blocks it owns.
 */
export function packDense(
  weight: ArrayLike<number>,
  src: Layout,
  dst: Layout,
  taps: number,
  blocks: number,
): Float32Array {
  const inputs = lanes(src.channels);
  const outputs = lanes(dst.channels);
  const inBlocks = blockCount(src);
  const outBlocks = Math.ceil(blockCount(dst) / blocks) * blocks;
  const packed = new Float32Array(outBlocks * taps * inBlocks * 16);
  outputs.forEach((out, o) => {
    inputs.forEach((lane, i) => {
      for (let t = 0; t < taps; t++) {
        const matrix = ((out >> 2) * taps + t) * inBlocks + (lane >> 2);
        packed[matrix * 16 + (lane & 3) * 4 + (out & 3)] = weight[(o * inputs.length + i) * taps + t]!;
      }
    });
  });
  return packed;
}

/** 1 x 1 weights (O, I) to matrices [in block][out block]: the order in which a fused kernel walks its hidden blocks. */
export function packProjection(weight: ArrayLike<number>, src: Layout, dst: Layout, blocks: number): Float32Array {
  const inBlocks = blockCount(src);
  const outBlocks = Math.ceil(blockCount(dst) / blocks) * blocks;
  const dense = packDense(weight, src, dst, 1, blocks);
  const packed = new Float32Array(dense.length);
  for (let o = 0; o < outBlocks; o++) {
    for (let i = 0; i < inBlocks; i++) {
      packed.set(dense.subarray((o * inBlocks + i) * 16, (o * inBlocks + i + 1) * 16), (i * outBlocks + o) * 16);
    }
  }
  return packed;
}

/** Dense weights (O, I, kh, kw) to one block of outputs in matrices [in block][kx][ky]: the order in which rows slide down a column. */
export function packColumns(
  weight: ArrayLike<number>,
  src: Layout,
  dst: Layout,
  [kh, kw]: readonly [number, number],
): Float32Array {
  const inBlocks = blockCount(src);
  const dense = packDense(weight, src, dst, kh * kw, 1);
  const packed = new Float32Array(dense.length);
  for (let ky = 0; ky < kh; ky++) {
    for (let kx = 0; kx < kw; kx++) {
      for (let i = 0; i < inBlocks; i++) {
        const from = ((ky * kw + kx) * inBlocks + i) * 16;
        packed.set(dense.subarray(from, from + 16), ((i * kw + kx) * kh + ky) * 16);
      }
    }
  }
  return packed;
}

/** Depthwise weights (C, 1, kh, kw) to vec4 [block][ky][kx]. */
export function packDepthwise(weight: ArrayLike<number>, layout: Layout, taps: number): Float32Array {
  const packed = new Float32Array(blockCount(layout) * taps * 4);
  lanes(layout.channels).forEach((lane, c) => {
    for (let t = 0; t < taps; t++) packed[((lane >> 2) * taps + t) * 4 + (lane & 3)] = weight[c * taps + t]!;
  });
  return packed;
}

/** One value a channel to vec4 [block], filled up to a multiple of `blocks` blocks. */
export function packVector(values: ArrayLike<number>, layout: Layout, blocks = 1): Float32Array {
  const packed = new Float32Array(Math.ceil(blockCount(layout) / blocks) * blocks * 4);
  lanes(layout.channels).forEach((lane, c) => (packed[lane] = values[c] ?? 0));
  return packed;
}

/** Interleaves vectors of `[block][n_i]` vec4 into one array of `[block][n_1 + n_2 + ...]`. */
export function interleaveBlocks(blocks: number, ...parts: readonly Float32Array[]): Float32Array {
  const packed = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (let b = 0; b < blocks; b++) {
    for (const part of parts) {
      const size = part.length / blocks;
      packed.set(part.subarray(b * size, (b + 1) * size), at);
      at += size;
    }
  }
  return packed;
}
