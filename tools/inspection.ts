import { basename } from 'node:path';
import { configurationOf, networkOf, readModel, writeModel, type ModelType } from '../src/convert';
import { expectedShapes, type Configuration } from '../src/model/configuration';
import { motionMultiple } from '../src/model/motion-network';
import { PUBLISHED } from '../src/model/published';
import { SIZE_MULTIPLE } from '../src/model/rendering-network';
import { readCheckpoint } from '../src/weights/checkpoint';
import { isModel, type ModelFile } from '../src/weights/model-file';
import { elementCount, type StateDict } from '../src/weights/state-dict';
import { synthetic } from '../src/weights/synthetic';
import { readFileOrExplain } from './read-file';

interface PerNetwork {
  readonly rendering: number;
  readonly motion: number;
  readonly total: number;
}

/** What `inspect` says of both networks together. */
export interface ModelInspection {
  readonly kind: 'model' | 'synthetic';
  readonly name: string;
  /** Size of the file; of the file that would hold them, for synthetic weights. */
  readonly bytes: number;
  /** Precision of the convolution weights; all else is f32. */
  readonly precision: ModelType;
  /** SHA-256 of the tensor bytes. */
  readonly checksum: string;
  /** Trained values; running means and variances are not among them. */
  readonly parameters: PerNetwork;
  readonly tensors: PerNetwork;
  /** Size the motion network was trained at, where the file says so. */
  readonly motionSize: number | undefined;
  /** What image size and motion size must be multiples of. */
  readonly multiples: { readonly size: number; readonly motionSize: number };
  /** Names of the checkpoints it was made from. */
  readonly sources: readonly string[];
  readonly configuration: Configuration;
}

/** What `inspect` says of a checkpoint of PyTorch: one network. */
export interface CheckpointInspection {
  readonly kind: 'checkpoint';
  readonly name: string;
  readonly bytes: number;
  readonly network: 'rendering' | 'motion' | 'unknown';
  readonly parameters: number;
  readonly tensors: number;
  /** Elements by the type in which the file stores them. */
  readonly elements: Readonly<Record<string, number>>;
}

export type Inspection = ModelInspection | CheckpointInspection;

/** Looks into a model file or a checkpoint. Throws BAD_WEIGHTS, BAD_INPUT (no such file). */
export async function inspectFile(path: string): Promise<Inspection> {
  const bytes = await readFileOrExplain(path);
  const name = basename(path);
  if (isModel(bytes, name)) return inspectModel('model', name, bytes.length, await readModel(bytes, name));
  return inspectCheckpoint(name, bytes.length, readCheckpoint(bytes, name));
}

/** Weights of the published widths that `synthetic:SEED` stands for. */
export async function inspectSynthetic(seed: string): Promise<ModelInspection> {
  const shapes = expectedShapes(PUBLISHED);
  const bytes = await writeModel(synthetic(seed, shapes.rendering), synthetic(seed, shapes.motion), { dtype: 'f32' });
  return inspectModel('synthetic', `synthetic:${seed}`, bytes.length, await readModel(bytes));
}

function inspectModel(kind: 'model' | 'synthetic', name: string, bytes: number, model: ModelFile): ModelInspection {
  const { rendering, motion, dtype, checksum, motionSize, metadata } = model;
  const configuration = configurationOf(rendering, motion);
  return {
    kind,
    name,
    bytes,
    precision: dtype,
    checksum,
    parameters: perNetwork(parameterCount(rendering), parameterCount(motion)),
    tensors: perNetwork(rendering.size, motion.size),
    motionSize,
    multiples: { size: SIZE_MULTIPLE, motionSize: motionMultiple(configuration.motion) },
    sources: ['rendering', 'motion']
      .map((network) => metadata.get(`${network}_source`))
      .filter((name) => name !== undefined),
    configuration,
  };
}

function inspectCheckpoint(name: string, bytes: number, tensors: StateDict): CheckpointInspection {
  const elements: Record<string, number> = {};
  for (const { dtype, shape } of tensors.values()) elements[dtype] = (elements[dtype] ?? 0) + elementCount(shape);
  const network = networkOf(tensors) ?? 'unknown';
  return {
    kind: 'checkpoint',
    name,
    bytes,
    network,
    parameters: parameterCount(tensors),
    tensors: tensors.size,
    elements,
  };
}

const perNetwork = (rendering: number, motion: number): PerNetwork => ({
  rendering,
  motion,
  total: rendering + motion,
});

const parameterCount = (tensors: StateDict): number =>
  [...tensors]
    .filter(([key]) => key.endsWith('.weight') || key.endsWith('.bias'))
    .reduce((count, [, { shape }]) => count + elementCount(shape), 0);
