/** Reading the authors' checkpoints and joining them into one model file, in Node and in pages. */
import { checkMotionSize } from './engine/model';
import { RhoError } from './errors';
import { configurationOf, type Configuration } from './model/configuration';
import { readCheckpoint } from './weights/checkpoint';
import { writeModel, type ModelType } from './weights/model-file';
import type { StateDict } from './weights/state-dict';

export { RhoError, type RhoErrorCode } from './errors';
export { configurationOf, type Configuration } from './model/configuration';
export { readCheckpoint } from './weights/checkpoint';
export type { ElementType } from './weights/element-type';
export { readModel, writeModel, type ModelFile, type ModelType, type WriteOptions } from './weights/model-file';
export type { StateDict, WeightTensor } from './weights/state-dict';

/** A file's bytes, and its name for messages and metadata. */
export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ConvertOptions {
  /** Precision of the convolution weights; f16 unless given. */
  readonly dtype?: ModelType | undefined;
  /** Size the motion network was trained at, M, for the file to say; engines then run it at that one unless told otherwise. */
  readonly motionSize?: number | undefined;
  /** Called before each step with what it does. */
  readonly onProgress?: ((step: string) => void) | undefined;
}

export interface ConvertedModel {
  /** The model file: safetensors. */
  readonly bytes: Uint8Array;
  readonly configuration: Configuration;
  /** True if the files came in the other order; it made no difference. */
  readonly isSwapped: boolean;
}

/** Which of the two networks a checkpoint holds, by its keys. */
export function networkOf(tensors: StateDict): 'rendering' | 'motion' | undefined {
  if (tensors.has('en_conv_block.0.weight')) return 'rendering';
  return tensors.has('f1_motion.weight') ? 'motion' : undefined;
}

/** For JSON.stringify: a configuration has maps, which it would drop. */
export const mapsAsObjects = (_key: string, value: unknown): unknown =>
  value instanceof Map ? Object.fromEntries(value) : value;

/**
 * Joins the checkpoints of both networks (`.pth` or safetensors) into one model file. Throws BAD_WEIGHTS for files that are
 * no checkpoints, tensors that are missing, in excess or of the wrong shape, and values that `dtype` cannot hold; BAD_INPUT for a
 * motion size that the network cannot run at.
 */
export async function convertCheckpoints(
  rendering: NamedFile,
  motion: NamedFile,
  { dtype = 'f16', motionSize, onProgress }: ConvertOptions = {},
): Promise<ConvertedModel> {
  const read = (file: NamedFile): { name: string; tensors: StateDict } => {
    onProgress?.(`reading ${file.name}`);
    return { name: file.name, tensors: readCheckpoint(file.bytes, file.name) };
  };
  const given = [read(rendering), read(motion)] as const;
  const [first, second] = given.map(({ tensors }) => networkOf(tensors));
  if (first !== undefined && first === second) {
    throw new RhoError(
      'BAD_WEIGHTS',
      `${given[0].name} and ${given[1].name} both hold the ${first} network; give one of each`,
    );
  }
  const isSwapped = first === 'motion' || second === 'rendering';
  const [ours, theirs] = isSwapped ? [given[1], given[0]] : given;
  const configuration = configurationOf(ours.tensors, theirs.tensors);
  if (motionSize !== undefined) checkMotionSize(configuration, motionSize);
  onProgress?.(`joining both in ${dtype}`);
  const metadata = {
    rendering_source: ours.name,
    motion_source: theirs.name,
    configuration: JSON.stringify(configuration, mapsAsObjects),
  };
  return {
    bytes: await writeModel(ours.tensors, theirs.tensors, { dtype, motionSize, metadata }),
    configuration,
    isSwapped,
  };
}
