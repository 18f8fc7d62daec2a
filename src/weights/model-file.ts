import { toHalf } from '../half';
import { badWeights, naming, quoted } from './bad-weights';
import {
  decodeSafetensors,
  readSafetensors,
  tensorBytes,
  writeSafetensors,
  type SafetensorsEntry,
  type SafetensorsFile,
} from './safetensors';
import { sha256 } from './sha256';
import { sniff } from './sniff';
import { checkFinite, indexOf, type StateDict, type WeightTensor } from './state-dict';

/** Precision of the convolution weights in a model file. */
export type ModelType = 'f32' | 'f16';

/** Both networks of a model file. */
export interface ModelFile {
  readonly rendering: StateDict;
  readonly motion: StateDict;
  readonly dtype: ModelType;
  /** SHA-256 of the tensor bytes, in hexadecimal. */
  readonly checksum: string;
  /** Size the motion network was trained at, M, where the file says so. */
  readonly motionSize: number | undefined;
  /** All of the file's metadata. */
  readonly metadata: ReadonlyMap<string, string>;
}

export interface WriteOptions {
  readonly dtype: ModelType;
  /** Size the motion network was trained at, M, if it should run at that one whatever the images' size. */
  readonly motionSize?: number | undefined;
  /** Further metadata: where the weights come from, say. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const FORMAT = 'rho-webgpu';
const FORMAT_VERSION = '1';
const NETWORKS = ['rendering', 'motion'] as const;
const LARGEST_HALF = 65504;

/** Counts training batches; inference has no use for it. */
const isCounter = (key: string): boolean => key.endsWith('num_batches_tracked');

/**
 * Joins both networks into one safetensors file, keys prefixed `rendering.` and `motion.`. Weights of four dimensions are stored as
 * `dtype`, biases and norms always in float32. Throws BAD_WEIGHTS for a value that is not finite or that `dtype` cannot hold.
 */
export async function writeModel(rendering: StateDict, motion: StateDict, options: WriteOptions): Promise<Uint8Array> {
  const { dtype, motionSize } = options;
  const entries = new Map<string, SafetensorsEntry>();
  for (const [network, tensors] of [
    ['rendering', rendering],
    ['motion', motion],
  ] as const) {
    const kept = new Map([...tensors].filter(([key]) => !isCounter(key)));
    naming(`the ${network} network`, () => {
      checkFinite(kept);
      for (const [key, tensor] of kept) entries.set(`${network}.${key}`, encode(key, tensor, dtype));
    });
  }
  const unsigned = writeSafetensors({ metadata: new Map(), entries });
  const metadata = new Map([
    ...Object.entries(options.metadata ?? {}),
    ['format', FORMAT],
    ['format_version', FORMAT_VERSION],
    ['dtype', dtype],
    ...(motionSize === undefined ? [] : [['motion_size', String(motionSize)]]),
    ['sha256', await checksumOf(unsigned)],
  ] as [string, string][]);
  return writeSafetensors({ metadata, entries });
}

/** True for a file that {@link writeModel} wrote, by its metadata alone; false for a checkpoint. Throws BAD_WEIGHTS for what is neither. */
export const isModel = (bytes: Uint8Array, name = 'model'): boolean =>
  naming(name, () => sniff(bytes) === 'safetensors' && readSafetensors(bytes).metadata.get('format') === FORMAT);

/** Reads a file of {@link writeModel} and checks its checksum. Throws BAD_WEIGHTS; messages begin with `name`. */
export async function readModel(bytes: Uint8Array, name = 'model'): Promise<ModelFile> {
  const file = naming(name, () => openModel(bytes));
  const checksum = await checksumOf(bytes);
  return naming(name, () => {
    if (file.metadata.get('sha256') !== checksum)
      throw badWeights('its checksum is wrong: the file is damaged; download or convert it again');
    const dtype = dtypeOf(file.metadata);
    const motionSize = motionSizeOf(file.metadata);
    const tensors = decodeSafetensors(file);
    checkFinite(tensors);
    const networks = { rendering: new Map<string, WeightTensor>(), motion: new Map<string, WeightTensor>() };
    for (const [prefixed, tensor] of tensors) {
      const network = NETWORKS.find((each) => prefixed.startsWith(`${each}.`));
      if (!network) throw badWeights(`${prefixed} belongs to neither network`);
      if (tensor.dtype !== storedType(tensor.shape, dtype))
        throw badWeights(`${prefixed} is ${tensor.dtype}, which a model of ${dtype} does not have there`);
      networks[network].set(prefixed.slice(network.length + 1), tensor);
    }
    return { ...networks, dtype, checksum, motionSize, metadata: file.metadata };
  });
}

function openModel(bytes: Uint8Array): SafetensorsFile {
  if (sniff(bytes) !== 'safetensors')
    throw badWeights('it is a checkpoint of PyTorch, not a model; join the two checkpoints with `rho convert` first');
  const file = readSafetensors(bytes);
  const { metadata } = file;
  if (metadata.get('format') !== FORMAT)
    throw badWeights('it is safetensors, but not a model that `rho convert` wrote');
  if (metadata.get('format_version') !== FORMAT_VERSION)
    throw badWeights(
      `its format version is ${quoted(metadata.get('format_version') ?? 'none')}; this program reads ${FORMAT_VERSION}`,
    );
  return file;
}

function dtypeOf(metadata: ReadonlyMap<string, string>): ModelType {
  const dtype = metadata.get('dtype');
  if (dtype === 'f32' || dtype === 'f16') return dtype;
  throw badWeights(`its dtype is ${quoted(dtype ?? 'none')}, neither f32 nor f16`);
}

function motionSizeOf(metadata: ReadonlyMap<string, string>): number | undefined {
  const text = metadata.get('motion_size');
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw badWeights(`its motion size is ${quoted(text)}, not a whole number above zero`);
}

/** Only weights of convolutions are halved: the rest is small and decides more. */
const storedType = (shape: readonly number[], dtype: ModelType): 'F16' | 'F32' =>
  dtype === 'f16' && shape.length === 4 ? 'F16' : 'F32';

function encode(key: string, { data, shape }: WeightTensor, dtype: ModelType): SafetensorsEntry {
  const stored = storedType(shape, dtype);
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  const [limit, advice] =
    stored === 'F16' ? [LARGEST_HALF, 'float16; convert with --dtype f32'] : [Number.MAX_VALUE, 'float32'];
  const at = values.findIndex((value) => Math.abs(value) > limit);
  if (at >= 0)
    throw badWeights(`${key} holds ${data[at]} at [${indexOf(at, shape).join(', ')}], too large for ${advice}`);
  const { buffer, byteOffset, byteLength } = stored === 'F16' ? toHalf(values) : values;
  return { dtype: stored, shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}

/** SHA-256 of the tensor bytes of a safetensors file, in hexadecimal. */
const checksumOf = (file: Uint8Array): Promise<string> => sha256(tensorBytes(file));
