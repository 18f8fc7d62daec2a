import { crc32 } from '../../src/weights/crc32';
import type { StateDict } from '../../src/weights/state-dict';

const encoder = new TextEncoder();

export function concat(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

const u16 = (value: number): number[] => [value & 0xff, (value >>> 8) & 0xff];
const u32 = (value: number): number[] => [...u16(value), ...u16(value >>> 16)];

/** Makers of pickle operations, by hand: a pickler would not write what hostile files have. */
export const op = {
  proto: [0x80, 2],
  stop: [0x2e],
  mark: [0x28],
  emptyTuple: [0x29],
  tuple: [0x74],
  emptyDict: [0x7d],
  emptyList: [0x5d],
  setItem: [0x73],
  setItems: [0x75],
  append: [0x61],
  reduce: [0x52],
  build: [0x62],
  persistentId: [0x51],
  none: [0x4e],
  false: [0x89],
  int: (value: number): number[] => [0x4a, ...u32(value)],
  long: (...bytes: number[]): number[] => [0x8a, bytes.length, ...bytes],
  text: (value: string): number[] => [0x58, ...u32(encoder.encode(value).length), ...encoder.encode(value)],
  global: (module: string, name: string): number[] => [0x63, ...encoder.encode(`${module}\n${name}\n`)],
  put: (index: number): number[] => [0x71, index],
  get: (index: number): number[] => [0x68, index],
};

export interface TensorSpec {
  readonly key?: string;
  readonly storageClass?: string;
  readonly length?: number;
  readonly offset?: readonly number[];
  readonly shape?: readonly (readonly number[])[];
  readonly stride?: readonly (readonly number[])[];
}

/** The operations that leave one tensor on the stack; sizes are operations so that they can be odd. */
export function tensorOps({
  key = '0',
  storageClass = 'FloatStorage',
  length = 4,
  offset = op.int(0),
  shape = [op.int(4)],
  stride = [op.int(1)],
}: TensorSpec = {}): number[] {
  const storage = [op.text('storage'), op.global('torch', storageClass), op.text(key), op.text('cpu'), op.int(length)];
  return [
    ...op.global('torch._utils', '_rebuild_tensor_v2'),
    ...op.mark,
    ...[...op.mark, ...storage.flat(), ...op.tuple, ...op.persistentId],
    ...offset,
    ...[...op.mark, ...shape.flat(), ...op.tuple],
    ...[...op.mark, ...stride.flat(), ...op.tuple],
    ...op.false,
    ...[...op.global('collections', 'OrderedDict'), ...op.emptyTuple, ...op.reduce],
    ...op.tuple,
    ...op.reduce,
  ];
}

/** The pickle of a state dict of one tensor named `weight`. */
export const tensorPickle = (spec?: TensorSpec): Uint8Array =>
  concat(op.proto, op.emptyDict, op.text('weight'), tensorOps(spec), op.setItem, op.stop);

export interface ZipEntry {
  readonly name: string;
  readonly data: Uint8Array;
  /** Header fields that lie. */
  readonly method?: number;
  readonly flags?: number;
  readonly localName?: string;
  readonly localHeader?: number;
  readonly statedSize?: number;
}

/** A zip archive of stored entries, without the 64-bit end. */
export function makeZip(entries: readonly ZipEntry[]): Uint8Array {
  const locals: Uint8Array[] = [];
  const centrals: Uint8Array[] = [];
  let position = 0;
  for (const { name, data, method = 0, flags = 0, localName = name, localHeader, statedSize } of entries) {
    const size = statedSize ?? data.length;
    const fields = [...u16(flags), ...u16(method), ...u32(0), ...u32(crc32(data)), ...u32(size), ...u32(size)];
    const header = [...u32(0x04034b50), ...u16(20), ...fields, ...u16(localName.length), ...u16(0)];
    const local = concat(header, encoder.encode(localName), data);
    const central = [...u32(0x02014b50), ...u16(20), ...u16(20), ...fields, ...u16(name.length)];
    const rest = [...u16(0), ...u16(0), ...u16(0), ...u16(0), ...u32(0), ...u32(localHeader ?? position)];
    centrals.push(concat(central, rest, encoder.encode(name)));
    locals.push(local);
    position += local.length;
  }
  const directory = concat(...centrals);
  const count = u16(entries.length);
  const end = [
    ...u32(0x06054b50),
    ...u32(0),
    ...count,
    ...count,
    ...u32(directory.length),
    ...u32(position),
    ...u16(0),
  ];
  return concat(...locals, directory, end);
}

/** A checkpoint with this pickle and storage 0 of these bytes, four floats unless given. */
export const makePth = (pickle: Uint8Array, storage: Uint8Array = new Uint8Array(16)): Uint8Array =>
  makeZip([
    { name: 'any/data.pkl', data: pickle },
    { name: 'any/data/0', data: storage },
  ]);

/** A checkpoint of a whole state dict, each tensor in a storage of its own. */
export function makeStatePth(tensors: StateDict): Uint8Array<ArrayBuffer> {
  const all = [...tensors];
  const entries = all.map(([name, { shape, data }], i) => [
    ...op.text(name),
    ...tensorOps({
      key: String(i),
      length: data.length,
      shape: shape.map((size) => op.int(size)),
      stride: shape.map((_, axis) => op.int(shape.slice(axis + 1).reduce((a, b) => a * b, 1))),
    }),
    ...op.setItem,
  ]);
  const pickle = concat(op.proto, op.emptyDict, ...entries, op.stop);
  const storages = all.map(([, { data }], i) => ({
    name: `any/data/${i}`,
    data: new Uint8Array(Float32Array.from(data).buffer),
  }));
  return makeZip([{ name: 'any/data.pkl', data: pickle }, ...storages]) as Uint8Array<ArrayBuffer>;
}

/** What precedes the object in a legacy stream: magic number, protocol, the machine. */
export const LEGACY_HEAD = concat(
  [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e],
  [0x80, 2, 0x4d, 0xe9, 3, 0x2e],
  [...op.proto, ...op.emptyDict, ...op.text('little_endian'), 0x88, ...op.setItem, ...op.stop],
);
