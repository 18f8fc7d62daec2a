import { badWeights, naming } from './bad-weights';
import { decodeElements } from './element-type';
import {
  isKind,
  label,
  type PickleDict,
  type PickleValue,
  type StorageReference,
  type TensorReference,
} from './pickle-values';
import { readLegacyCheckpoint, readZipCheckpoint, type PickledCheckpoint } from './pth';
import { decodeSafetensors, readSafetensors } from './safetensors';
import { checkName, elementCount, stripModulePrefix, type StateDict, type WeightTensor } from './state-dict';
import { sniff } from './sniff';

/** Where training scripts put the weights when they save more than those. */
const USUAL_KEYS = [
  'state_dict',
  'model_state_dict',
  'model',
  'net',
  'network',
  'generator',
  'params',
  'params_ema',
  'weights',
];
const DEEPEST_NESTING = 3;
const NAMES_IN_MESSAGE = 5;

/**
 * The tensors of one checkpoint: a `.pth` of any PyTorch (zip or legacy stream) or safetensors. Runs nothing of what is in
 * the file. `module.` prefixes are taken off, a state dict nested under a usual key is found. Float32 and float64 tensors
 * are views of `bytes` where possible. Throws BAD_WEIGHTS; messages begin with `name`.
 */
export const readCheckpoint = (bytes: Uint8Array, name = 'checkpoint'): StateDict =>
  naming(name, () => {
    const format = sniff(bytes);
    if (format === 'safetensors') return stripModulePrefix(decodeSafetensors(readSafetensors(bytes)));
    const checkpoint = format === 'zip' ? readZipCheckpoint(bytes) : readLegacyCheckpoint(bytes);
    const references = stateDictIn(checkpoint.root);
    const tensors = new Map<string, WeightTensor>();
    const load = tensorLoader(checkpoint, bytes.length);
    for (const [key, reference] of references) tensors.set(key, load(key, reference));
    return stripModulePrefix(tensors);
  });

/** The dict of tensors in what was saved. */
function stateDictIn(root: PickleValue): ReadonlyMap<string, TensorReference> {
  let dict = root;
  for (let depth = 0; depth <= DEEPEST_NESTING; depth++) {
    if (!isKind(dict, 'dict')) throw badWeights('it holds no state dict; save net.state_dict() with torch.save');
    const { entries } = dict;
    const nested = USUAL_KEYS.filter((key) => isKind(entries.get(key), 'dict'));
    if (nested.length > 1)
      throw badWeights(`it holds more than one state dict (${nested.join(', ')}); save the one you want alone`);
    if (nested.length === 0) return tensorsOf(dict);
    dict = entries.get(nested[0]!)!;
  }
  throw badWeights(`its state dict is nested more than ${DEEPEST_NESTING} deep`);
}

function tensorsOf({ entries }: PickleDict): ReadonlyMap<string, TensorReference> {
  const tensors = new Map<string, TensorReference>();
  const others: string[] = [];
  for (const [key, value] of entries) {
    if (typeof key !== 'string' || !isKind(value, 'tensor')) {
      others.push(label(key));
      continue;
    }
    checkName(key);
    tensors.set(key, value);
  }
  if (others.length > 0 || tensors.size === 0) {
    const list = others.slice(0, NAMES_IN_MESSAGE).join(', ') + (others.length > NAMES_IN_MESSAGE ? ', ...' : '');
    throw badWeights(
      `it is no state dict of tensors: it holds ${list || 'nothing'}; save net.state_dict() with torch.save`,
    );
  }
  return tensors;
}

/**
 * Strided views cost memory of their own, and a stride of 0 makes a large tensor of one element: copies may take this many
 * times the file, and a little more for tiny files.
 */
const MOST_COPIES = 4;
const FREE_COPY_BYTES = 1 << 20;

/** Gives tensors in C order. Each storage is decoded once; contiguous tensors share its memory. */
function tensorLoader(
  { storageBytes }: PickledCheckpoint,
  fileBytes: number,
): (key: string, tensor: TensorReference) => WeightTensor {
  const decoded = new Map<StorageReference, Float32Array | Float64Array>();
  let budget = MOST_COPIES * fileBytes + FREE_COPY_BYTES;
  return (key, { storage, offset, shape, stride }) => {
    const { dtype } = storage;
    const values = decoded.get(storage) ?? decodeElements(dtype, storageBytes(storage));
    decoded.set(storage, values);
    const count = elementCount(shape);
    if (count === 0 || isContiguous(shape, stride))
      return { dtype, shape, data: count === 0 ? values.subarray(0, 0) : values.subarray(offset, offset + count) };
    budget -= count * values.BYTES_PER_ELEMENT;
    if (!(budget >= 0))
      throw badWeights(`${key} of shape [${shape.join(', ')}] is too large for a file of ${fileBytes} bytes`);
    return { dtype, shape, data: gather(values, offset, shape, stride) };
  };
}

function isContiguous(shape: readonly number[], stride: readonly number[]): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && stride[i] !== expected) return false;
    expected *= shape[i]!;
  }
  return true;
}

/** A strided view in C order. */
function gather<T extends Float32Array | Float64Array>(
  values: T,
  offset: number,
  shape: readonly number[],
  stride: readonly number[],
): T {
  const last = shape.length - 1;
  const rowLength = shape[last]!;
  const step = stride[last]!;
  const result = new (values.constructor as new (length: number) => T)(elementCount(shape));
  const index = shape.map(() => 0);
  for (let at = 0, row = offset; at < result.length; at += rowLength) {
    for (let i = 0; i < rowLength; i++) result[at + i] = values[row + i * step]!;
    // The next row: count up from the last dimension but one.
    for (let axis = last - 1; axis >= 0; axis--) {
      row += stride[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      row -= shape[axis]! * stride[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
