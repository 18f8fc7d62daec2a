import { badWeights, quoted } from './bad-weights';
import type { ElementType } from './element-type';
import { elementCount, MAX_RANK } from './state-dict';

/** What the restricted unpickler can make: plain data only. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleGlobal
  | StorageReference
  | TensorReference;

export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

export interface PickleList {
  readonly kind: 'list';
  readonly items: PickleValue[];
}

export interface PickleDict {
  readonly kind: 'dict';
  /** True for an OrderedDict: it may carry the `_metadata` of a module's state dict, which is dropped. */
  readonly isOrdered: boolean;
  readonly entries: Map<PickleValue, PickleValue>;
}

/** The name of one of the few classes and functions allowed; never looked up, never called. */
export interface PickleGlobal {
  readonly kind: 'global';
  readonly name: string;
}

/** A storage by its key; its elements lie elsewhere in the file. */
export interface StorageReference {
  readonly kind: 'storage';
  readonly key: string;
  readonly dtype: ElementType;
  /** In elements. */
  readonly length: number;
}

/** A strided view of a storage, known to stay within it. Offset and stride in elements. */
export interface TensorReference {
  readonly kind: 'tensor';
  readonly storage: StorageReference;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}

type Tagged = Extract<PickleValue, { readonly kind: string }>;

/** True for a value of that kind. */
export const isKind = <K extends Tagged['kind']>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<Tagged, { readonly kind: K }> => typeof value === 'object' && value?.kind === kind;

/** A value for a message: itself, or what kind of thing it is. */
export const label = (value: PickleValue): string =>
  quoted(typeof value === 'object' && value !== null ? `a ${value.kind}` : String(value));

const STORAGES: Readonly<Record<string, ElementType>> = {
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.DoubleStorage': 'F64',
  'torch.LongStorage': 'I64',
};
const ORDERED_DICT = 'collections.OrderedDict';
const REBUILD_TENSOR = 'torch._utils._rebuild_tensor_v2';
const REBUILD_PARAMETER = 'torch._utils._rebuild_parameter';
const ALLOWED: ReadonlySet<string> = new Set([
  ORDERED_DICT,
  REBUILD_TENSOR,
  REBUILD_PARAMETER,
  ...Object.keys(STORAGES),
]);

/** A name that a pickle asks for. Throws BAD_WEIGHTS naming it unless a state dict has use for it. */
export function globalOf(name: string): PickleGlobal {
  if (ALLOWED.has(name)) return { kind: 'global', name };
  throw badWeights(
    `it asks for ${quoted(name)}, which plain weights do not need (nothing was run); save net.state_dict() and not more`,
  );
}

/** What calling an allowed global would make. */
export function applyGlobal(callee: PickleValue, args: PickleValue): PickleValue {
  if (!isKind(callee, 'global') || !isKind(args, 'tuple')) throw badWeights('its pickle calls something uncallable');
  const { items } = args;
  switch (callee.name) {
    case ORDERED_DICT:
      if (items.length > 0) throw badWeights('its pickle makes an OrderedDict in a way that PyTorch does not');
      return { kind: 'dict', isOrdered: true, entries: new Map() };
    case REBUILD_TENSOR:
      return rebuildTensor(items);
    case REBUILD_PARAMETER: {
      const [tensor, requiresGrad, hooks] = items;
      if (items.length !== 3 || !isKind(tensor, 'tensor') || typeof requiresGrad !== 'boolean' || !isEmptyDict(hooks))
        throw badWeights('its pickle has a malformed parameter');
      return tensor;
    }
    default:
      throw badWeights(`its pickle calls ${quoted(callee.name)}`);
  }
}

const isEmptyDict = (value: PickleValue | undefined): boolean => isKind(value, 'dict') && value.entries.size === 0;

const isSize = (value: PickleValue | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function rebuildTensor(items: readonly PickleValue[]): TensorReference {
  const [storage, offset, shape, stride, requiresGrad, hooks, metadata = null] = items;
  const isWellFormed =
    (items.length === 6 || items.length === 7) &&
    isSize(offset) &&
    typeof requiresGrad === 'boolean' &&
    isEmptyDict(hooks) &&
    // Conjugate or negated views would come with metadata.
    (metadata === null || isEmptyDict(metadata));
  if (!isKind(storage, 'storage') || !isWellFormed) throw badWeights('its pickle has a malformed tensor');
  const tensor = { kind: 'tensor', storage, offset, shape: sizesOf(shape), stride: sizesOf(stride) } as const;
  checkReach(tensor);
  return tensor;
}

function sizesOf(value: PickleValue | undefined): readonly number[] {
  if (!isKind(value, 'tuple') || value.items.length > MAX_RANK || !value.items.every(isSize))
    throw badWeights(`its pickle has a tensor whose shape or stride is not up to ${MAX_RANK} sizes`);
  return value.items;
}

/** A view must not reach beyond its storage. */
function checkReach({ storage, offset, shape, stride }: TensorReference): void {
  if (shape.length !== stride.length)
    throw badWeights(`its pickle has a tensor of shape [${shape.join(', ')}] with stride [${stride.join(', ')}]`);
  const isEmpty = elementCount(shape) === 0;
  const end = isEmpty ? offset : shape.reduce((last, size, i) => last + (size - 1) * stride[i]!, offset) + 1;
  if (!(end <= storage.length)) {
    throw badWeights(
      `a tensor of shape [${shape.join(', ')}], stride [${stride.join(', ')}], offset ${offset} reaches beyond its storage of ${storage.length}`,
    );
  }
}

/**
 * The storage that a persistent id names: ('storage', class, key, location, length), in the legacy stream followed by
 * None. Throws BAD_WEIGHTS for anything else.
 */
export function storageOf(id: PickleValue): StorageReference {
  const [tag, type, key, location, length, view = null] = isKind(id, 'tuple') ? id.items : [];
  const dtype = isKind(type, 'global') ? STORAGES[type.name] : undefined;
  if (view !== null)
    throw badWeights(
      'it has storages that are parts of others, as PyTorch 0.3 wrote them; save it again with PyTorch >= 1.6',
    );
  if (tag !== 'storage' || !dtype || typeof key !== 'string' || typeof location !== 'string' || !isSize(length))
    throw badWeights(
      'its pickle refers to something that is not a storage of float32, float16, bfloat16, float64 or int64',
    );
  return { kind: 'storage', key, dtype, length };
}
