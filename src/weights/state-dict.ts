import { badWeights, quoted } from './bad-weights';
import type { ElementType } from './element-type';

/** One tensor of a checkpoint, in C order. */
export interface WeightTensor {
  /** As the file stores it. */
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  /** Float64 for F64 and I64, float32 for the rest: values are exact. May be a view of the file's bytes: do not write to it. */
  readonly data: Float32Array | Float64Array;
}

/** Tensors by the keys PyTorch gives them. */
export type StateDict = ReadonlyMap<string, WeightTensor>;

/** Largest number of dimensions of a tensor. */
export const MAX_RANK = 8;

/** Elements of a tensor; Infinity or inexact for shapes no file can hold. */
export const elementCount = (shape: readonly number[]): number => shape.reduce((count, size) => count * size, 1);

const PARALLEL_PREFIX = 'module.';

/** Takes off the `module.` that DataParallel puts before every key; left alone unless all keys have it. */
export function stripModulePrefix<T>(tensors: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  const keys = [...tensors.keys()];
  if (keys.length === 0 || !keys.every((key) => key.startsWith(PARALLEL_PREFIX))) return tensors;
  return stripModulePrefix(new Map([...tensors].map(([key, tensor]) => [key.slice(PARALLEL_PREFIX.length), tensor])));
}

/** Throws BAD_WEIGHTS unless a tensor's name is one that a message can show: printable ASCII, 1 to 256 characters. */
export function checkName(name: string): void {
  if (!/^[\x20-\x7e]{1,256}$/.test(name))
    throw badWeights(`the tensor name ${quoted(name)} is not 1 to 256 printable characters`);
}

/** Throws BAD_WEIGHTS naming the first value that is NaN or infinite. */
export function checkFinite(tensors: StateDict): void {
  for (const [key, { data, shape }] of tensors) {
    const at = firstNotFinite(data);
    if (at >= 0)
      throw badWeights(
        `${key} holds ${data[at]} at [${indexOf(at, shape).join(', ')}]; a trained network has no such weight`,
      );
  }
}

function firstNotFinite(data: Float32Array | Float64Array): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i;
  return -1;
}

/** Position in C order to one index a dimension. */
export function indexOf(position: number, shape: readonly number[]): number[] {
  return shape.reduceRight<number[]>((index, size) => {
    index.unshift(position % size);
    position = Math.floor(position / size);
    return index;
  }, []);
}
