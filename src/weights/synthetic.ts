import type { StateDict, WeightTensor } from './state-dict';
import { elementCount } from './state-dict';

/** Variance that keeps activations of order one through the network, found by trial. */
const GAIN = 4.5;
const GOLDEN_RATIO = 0x9e3779b9;

/**
 * Seeded weights, the same in any language: element i of a tensor comes from the murmur3 finaliser of
 * FNV-1a(`key@seed`) + i * 0x9E3779B9, scaled by what its key and shape say it is. No two keys or seeds agree.
 */
export function synthetic(seed: number | string, shapes: ReadonlyMap<string, readonly number[]>): StateDict {
  return new Map([...shapes].map(([key, shape]) => [key, syntheticTensor(seed, key, shape)]));
}

function syntheticTensor(seed: number | string, key: string, shape: readonly number[]): WeightTensor {
  if (key.endsWith('num_batches_tracked')) return { dtype: 'I64', shape, data: Float64Array.of(1) };
  const data = new Float32Array(elementCount(shape));
  const { scale, offset } = range(key, shape);
  const first = fnv1a(`${key}@${seed}`);
  const isCentred = offset === undefined;
  for (let i = 0, counter = first; i < data.length; i++, counter = (counter + GOLDEN_RATIO) | 0) {
    const u = (mix(counter) >>> 8) / 0x1000000;
    // Rounded once, from float64; the order of operations is part of the definition.
    data[i] = isCentred ? (2 * u - 1) * scale : offset + u * scale;
  }
  return { dtype: 'F32', shape, data };
}

/** Values lie within +-scale, or in [offset, offset + scale). */
function range(key: string, shape: readonly number[]): { scale: number; offset?: number } {
  if (key.endsWith('running_var')) return { offset: 0.75, scale: 0.75 };
  if (key.endsWith('running_mean')) return { scale: 0.25 };
  if (shape.length === 4) {
    // The transposed convolutions of the pose encoders hold their inputs first.
    const fanIn = key.includes('embedding_module') ? shape[0]! : elementCount(shape.slice(1));
    return { scale: Math.sqrt(GAIN / fanIn) };
  }
  return key.endsWith('.weight') ? { offset: 0.75, scale: 0.5 } : { scale: 0.25 };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

/** The finaliser of murmur3. */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
