import type { Residual } from '../kernels/epilogue';
import type { Layout } from '../kernels/layout';
import { packVector } from '../kernels/pack';
import type { PixelIndex } from '../kernels/taps';
import type { Dense, Tensor } from './graph';

/** How a residual of one size is added to a result of another. */
export function residualOf(residual: Tensor | undefined, dst: Tensor): Residual {
  if (!residual) return 'none';
  return residual.layout.width === dst.layout.width && residual.layout.height === dst.layout.height ? 'same' : 'half';
}

/** The bias, zero where there is none, filled up to a multiple of `blocks` blocks. */
export const packBias = ({ bias }: Dense, layout: Layout, blocks = 1): Float32Array =>
  packVector(bias ?? [], layout, blocks);

/** Rows, then columns. */
export const indexTable = ({ rows, cols }: PixelIndex): Int32Array => joinTables(rows, cols);

/** Tables one after the other. */
export function joinTables(...tables: readonly Int32Array[]): Int32Array {
  return Int32Array.from(tables.flatMap((table) => [...table]));
}

/** Vectors one after the other; a single one is not copied. */
export function joinVectors(...vectors: readonly Float32Array[]): Float32Array {
  const [only, ...others] = vectors;
  if (only && others.length === 0) return only;
  const result = new Float32Array(vectors.reduce((sum, vector) => sum + vector.length, 0));
  let at = 0;
  for (const vector of vectors) {
    result.set(vector, at);
    at += vector.length;
  }
  return result;
}
