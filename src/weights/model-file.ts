import { toHalf } from '../half';
import { badWeights, naming, quoted } from './bad-weights';
import { decodeSafetensors, readSafetensors, writeSafetensors, type SafetensorsEntry } from './safetensors';
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
  /** All of the file's metadata. */
  readonly metadata: ReadonlyMap<string, string>;
}

export interface WriteOptions {
  readonly dtype: ModelType;
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
  const { dtype } = options;
  const entries = new Map<string, SafetensorsEntry>();
  for (const [network, tensors] of [['rendering', rendering], ['motion', motion]] as const) {
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
    ['sha256', await checksumOf(unsigned)],
  ] as [string, string][]);
  return writeSafetensors({ metadata, entries });
}
