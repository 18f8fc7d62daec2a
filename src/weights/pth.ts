import { badWeights, quoted } from './bad-weights';
import { ByteCursor } from './byte-cursor';
import { ELEMENT_BYTES } from './element-type';
import { unpickle } from './pickle';
import { isKind, label, type PickleValue, type StorageReference } from './pickle-values';
import { readZip } from './zip';

/** A file of torch.save, unpickled; the storages are still bytes of the file. */
export interface PickledCheckpoint {
  readonly root: PickleValue;
  /** The elements of a storage, little-endian, not copied. Throws BAD_WEIGHTS if the file has not just as many. */
  readonly storageBytes: (storage: StorageReference) => Uint8Array;
}

/** Reads what torch.save of PyTorch >= 1.6 writes: a zip archive. Throws BAD_WEIGHTS. */
export function readZipCheckpoint(bytes: Uint8Array): PickledCheckpoint {
  const files = readZip(bytes);
  const pickles = [...files.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const [path] = pickles;
  if (path === undefined || pickles.length > 1) {
    const what = path === undefined ? 'a zip archive without data.pkl' : `an archive of ${pickles.length} checkpoints`;
    throw badWeights(`it is ${what}, which torch.save does not write`);
  }
  const folder = path.slice(0, -'data.pkl'.length);
  if (files.has(`${folder}constants.pkl`))
    throw badWeights('it is a TorchScript program, not weights; save net.state_dict() with torch.save');
  const order = files.get(`${folder}byteorder`);
  if (order && new TextDecoder().decode(order) !== 'little')
    throw badWeights('its numbers are big-endian; save it on another machine');
  const cursor = new ByteCursor(files.get(path)!, 'data.pkl');
  const root = unpickle(cursor);
  if (cursor.remaining > 0) throw badWeights(`data.pkl goes on for ${cursor.remaining} bytes after its end`);
  return {
    root,
    storageBytes(storage) {
      const data = files.get(`${folder}data/${storage.key}`);
      if (!data) throw badWeights(`it lacks the storage ${quoted(storage.key)}`);
      checkLength(storage, data.length);
      return data;
    },
  };
}

function checkLength({ key, dtype, length }: StorageReference, byteLength: number): void {
  if (length * ELEMENT_BYTES[dtype] !== byteLength)
    throw badWeights(`storage ${quoted(key)} has ${byteLength} bytes; ${length} elements of ${dtype} were promised`);
}

/** First pickle of a legacy stream: the integer 0x1950a86a20f9469cfc6c. */
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_PROTOCOL = 1001;

/**
 * Reads what torch.save wrote before PyTorch 1.6: five pickles (magic number, protocol, the machine, the object, the keys of
 * the storages), then for each key a count of 64 bits and that many elements. Throws BAD_WEIGHTS.
 */
export function readLegacyCheckpoint(bytes: Uint8Array): PickledCheckpoint {
  const cursor = new ByteCursor(bytes, 'the file');
  if (unpickle(cursor) !== LEGACY_MAGIC) throw badWeights('it is a pickle, but not one of torch.save');
  const protocol = unpickle(cursor);
  if (protocol !== LEGACY_PROTOCOL)
    throw badWeights(`its format is ${label(protocol)}; only ${LEGACY_PROTOCOL} is known`);
  const system = unpickle(cursor);
  if (!isKind(system, 'dict') || system.entries.get('little_endian') !== true)
    throw badWeights('its numbers are big-endian; save it on another machine');
  const types = new Map<string, StorageReference>();
  const root = unpickle(cursor, types);
  const keys = unpickle(cursor);
  if (!isKind(keys, 'list')) throw badWeights('it has no list of storages');
  const data = new Map<string, Uint8Array>();
  for (const key of keys.items) {
    const storage = typeof key === 'string' ? types.get(key) : undefined;
    if (!storage || data.has(storage.key)) throw badWeights(`its list of storages has ${label(key)} unasked`);
    const count = cursor.u64();
    const stored = cursor.take(count * ELEMENT_BYTES[storage.dtype]);
    checkLength(storage, stored.length);
    data.set(storage.key, stored);
  }
  if (cursor.remaining > 0) throw badWeights(`it goes on for ${cursor.remaining} bytes after its last storage`);
  return {
    root,
    storageBytes(storage) {
      const stored = data.get(storage.key);
      if (!stored) throw badWeights(`it lacks the storage ${quoted(storage.key)}`);
      return stored;
    },
  };
}
