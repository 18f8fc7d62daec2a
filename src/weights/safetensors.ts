import { badWeights, quoted } from './bad-weights';
import { decodeElements, isElementType } from './element-type';
import { repeatedKey } from './json-keys';
import { checkName, elementCount, MAX_RANK, type StateDict, type WeightTensor } from './state-dict';

/** One tensor as its bytes, little-endian, C order. */
export interface SafetensorsEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A file of the safetensors format: https://github.com/huggingface/safetensors#format */
export interface SafetensorsFile {
  readonly metadata: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
}

const METADATA_KEY = '__metadata__';
const LENGTH_BYTES = 8;
/** The format allows 100 MB; 700 tensors take 80 kB. */
const MAX_HEADER_BYTES = 8 << 20;

const DTYPE_BYTES: ReadonlyMap<string, number> = new Map([
  ...['F64', 'I64', 'U64'].map((dtype) => [dtype, 8] as const),
  ...['F32', 'I32', 'U32'].map((dtype) => [dtype, 4] as const),
  ...['F16', 'BF16', 'I16', 'U16'].map((dtype) => [dtype, 2] as const),
  ...['I8', 'U8', 'BOOL'].map((dtype) => [dtype, 1] as const),
]);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a file; the entries are views of `bytes`. Strict: no repeated keys, no overlaps, no holes, nothing after the last
 * tensor. Throws BAD_WEIGHTS.
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, dataStart } = readHeader(bytes);
  const data = bytes.subarray(dataStart);
  const found: { name: string; entry: SafetensorsEntry; begin: number; end: number }[] = [];
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA_KEY) {
      metadata = metadataOf(value);
      continue;
    }
    checkName(name);
    const { dtype, shape, begin, end } = describe(name, value);
    found.push({ name, entry: { dtype, shape, bytes: data.subarray(begin, end) }, begin, end });
  }
  found.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const { name, begin, end } of found) {
    if (begin !== position)
      throw badWeights(`${name} begins at ${begin}, not at ${position} where the tensor before it ends`);
    position = end;
  }
  if (position !== data.length)
    throw badWeights(
      `its tensors take ${position} bytes but it has ${data.length}: cut short or added to; download or copy it again`,
    );
  return { metadata, entries: new Map(found.map(({ name, entry }) => [name, entry])) };
}

function readHeader(bytes: Uint8Array): { header: object; dataStart: number } {
  if (bytes.length < LENGTH_BYTES) throw badWeights('it ends before its header');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES || length > bytes.length - LENGTH_BYTES)
    throw badWeights(`its header claims ${length} bytes of a file of ${bytes.length}`);
  const dataStart = LENGTH_BYTES + Number(length);
  let header: unknown;
  let repeated: string | undefined;
  try {
    const text = utf8.decode(bytes.subarray(LENGTH_BYTES, dataStart));
    header = JSON.parse(text);
    repeated = repeatedKey(text);
  } catch (cause) {
    throw badWeights('its header is not JSON', { cause });
  }
  if (!isObject(header) || bytes[LENGTH_BYTES] !== 0x7b) throw badWeights('its header is not a JSON object');
  if (repeated !== undefined) throw badWeights(`its header has the key ${quoted(repeated)} twice`);
  return { header, dataStart };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

function metadataOf(value: unknown): ReadonlyMap<string, string> {
  if (!isObject(value) || !Object.values(value).every((text) => typeof text === 'string'))
    throw badWeights('its metadata is not text by key');
  return new Map(Object.entries(value) as [string, string][]);
}

interface Description {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function describe(name: string, value: unknown): Description {
  const fields = new Map<string, unknown>(isObject(value) ? Object.entries(value) : []);
  const [dtype, shape, offsets] = ['dtype', 'shape', 'data_offsets'].map((field) => fields.get(field));
  const isComplete = fields.size === 3 && typeof dtype === 'string' && isSizes(shape) && isSizes(offsets);
  if (!isComplete || offsets.length !== 2 || shape.length > MAX_RANK)
    throw badWeights(`the header of ${name} is not a dtype, a shape of up to ${MAX_RANK} sizes and two offsets`);
  const elementBytes = DTYPE_BYTES.get(dtype);
  if (elementBytes === undefined) throw badWeights(`${name} is of the unknown type ${quoted(dtype)}`);
  const [begin, end] = offsets as [number, number];
  if (end - begin !== elementCount(shape) * elementBytes)
    throw badWeights(`${name} of type ${dtype} and shape [${shape.join(', ')}] cannot take ${end - begin} bytes`);
  return { dtype, shape, begin, end };
}

/** The tensors of a file as numbers. Throws BAD_WEIGHTS for a type that weights do not have. */
export function decodeSafetensors({ entries }: SafetensorsFile): StateDict {
  const tensors = new Map<string, WeightTensor>();
  for (const [name, { dtype, shape, bytes }] of entries) {
    if (!isElementType(dtype))
      throw badWeights(`${name} is ${dtype}; weights are float32, float16, bfloat16, float64 or int64`);
    tensors.set(name, { dtype, shape, data: decodeElements(dtype, bytes) });
  }
  return tensors;
}

/**
 * Writes a file, the same bytes for the same content whatever its order: wide types first, so that every tensor is aligned,
 * then by name.
 */
export function writeSafetensors({ metadata, entries }: SafetensorsFile): Uint8Array {
  const width = ({ dtype }: SafetensorsEntry): number => DTYPE_BYTES.get(dtype) ?? 0;
  const sorted = [...entries].sort(([a, x], [b, y]) => width(y) - width(x) || (a < b ? -1 : 1));
  let position = 0;
  const described = sorted.map(([name, { dtype, shape, bytes }]) => {
    const begin = position;
    position += bytes.length;
    return [name, { dtype, shape, data_offsets: [begin, position] }] as const;
  });
  const about = [...metadata].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = [...(about.length > 0 ? [[METADATA_KEY, Object.fromEntries(about)] as const] : []), ...described];
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(lines)));
  const dataStart = LENGTH_BYTES + Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(dataStart + position).fill(0x20, 0, dataStart);
  new DataView(file.buffer).setBigUint64(0, BigInt(dataStart - LENGTH_BYTES), true);
  file.set(text, LENGTH_BYTES);
  let at = dataStart;
  for (const [, { bytes }] of sorted) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/** The tensors of a file that {@link readSafetensors} accepts, as one piece. */
export const tensorBytes = (file: Uint8Array): Uint8Array =>
  file.subarray(LENGTH_BYTES + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true)));
