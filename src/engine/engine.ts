import { isSoftware } from '../gpu/device';
import { scoped } from '../gpu/errors';
import type { Graph } from '../graph/graph';
import { choosePlain, chooseForGpu } from '../graph/lower-conv2d';
import { optimize, type ProgramTarget } from '../graph/optimize';
import { partition } from '../graph/partition';
import { compileProgram, type BoundProgram, type Program } from '../graph/program';
import type { Precision } from '../kernels/kernel';
import type { Parameters } from '../model/layers';
import { buildNetwork, FRAME_INPUTS } from '../model/network';
import { tuneVariants, type TuningStore } from '../profile/tune';
import type { StateDict } from '../weights/state-dict';
import { CompiledEngine } from './compiled-engine';
import type { Face } from './face';
import type { HostTensor } from './host-tensor';
import { checkModel, defaultMotionSize, type Model } from './model';
import type { GpuPicture, Picture } from './pictures';

export type { HostTensor } from './host-tensor';
export { checkModel, defaultMotionSize, type Model } from './model';

/** What {@link createEngine} wants. */
export interface EngineOptions {
  /** The caller's; it is never destroyed. */
  readonly device: GPUDevice;
  readonly model: Model;
  /** Height and width of images, S; a multiple of 16. */
  readonly size: number;
  /** Size the motion network runs at, M; a multiple of 64 (for the published depths). As {@link defaultMotionSize} says unless given. */
  readonly motionSize?: number | undefined;
  /** f32 unless given. */
  readonly precision?: Precision | undefined;
  /** What the programs are made for; what the device is unless given. */
  readonly target?: ProgramTarget | undefined;
  /** Times the variants of dense kernels on the device first, where the store does not know the best; not unless given. */
  readonly tuning?: TuningStore | undefined;
  /** Told what was fallen back from, and which variants were dropped, and why. */
  readonly onNote?: ((note: string) => void) | undefined;
  /** Intermediate tensors to keep for {@link Engine.readTensor}; see NAMED_TENSORS. */
  readonly keep?: readonly string[] | undefined;
  /** Called after each compiled pipeline. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A picture registered on an engine: all that depends on the source alone stays on the GPU until it is disposed of. */
export interface Source {
  dispose(): void;
}

/** The network compiled for one device and one size, without anything around it: what {@link create} builds upon. */
export interface Engine {
  readonly device: GPUDevice;
  readonly size: number;
  readonly motionSize: number;
  readonly precision: Precision;
  /** The dispatches of each program, for reports. */
  readonly programs: { readonly register: Program; readonly frame: Program };
  /** The last frame: S x S RGBA bytes, rows from the top, R in the lowest byte of each word. */
  readonly result: GPUBuffer;
  /** What {@link Engine.setSource} last registered, resized: S x S RGBA bytes. */
  readonly sourceImage: GPUBuffer;
  /** Milliseconds of the CPU that went into the graph, its passes and the packing of weights. */
  readonly planMs: number;
  /** Bytes of every buffer this engine holds at present, and how many of them are constants: weights and tables. */
  readonly gpuBytes: { readonly total: number; readonly constants: number };
  /**
   * Registers a picture of any size, resized to S x S. `onSubmitted` is called when its commands have been submitted, before
   * those of any other picture. Throws BAD_INPUT.
   */
  setSource(picture: Picture | GpuPicture, face: Face, onSubmitted?: () => void): Promise<Source>;
  /** One frame: the source with the expression and pose of `face`, as S x S RGBA bytes. Throws BAD_INPUT, DISPOSED. */
  reenact(source: Source, face: Face): Promise<Picture>;
  /**
   * Submits one frame without waiting for it; it ends up in {@link Engine.result}. `present` records what follows the frame
   * in the same submission. Allocates nothing; errors of WebGPU go to the scope that is open. Throws BAD_INPUT, DISPOSED.
   */
  submitFrame(source: Source, face: Face, present?: (encoder: GPUCommandEncoder) => void): void;
  /** The frame program as it is bound for a source: for profiling. Throws DISPOSED. */
  boundFrame(source: Source): BoundProgram;
  /** A kept tensor as the last frame (or, on the source side, the last registration) left it. */
  readTensor(name: string): Promise<HostTensor>;
  dispose(): void;
}

/** Compiles a model for one size. Throws BAD_WEIGHTS, BAD_INPUT (sizes), LIMIT, OUT_OF_MEMORY. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const {
    device,
    model,
    size,
    motionSize = defaultMotionSize(model, size),
    precision = 'f32',
    keep,
    tuning,
    onProgress,
    onNote,
    signal,
  } = options;
  const start = performance.now();
  const target = options.target ?? (isSoftware(device.adapterInfo) ? 'software' : 'gpu');
  const configuration = checkModel(model, size, motionSize);
  const graph = buildNetwork({
    configuration,
    rendering: parametersOf(model.rendering),
    motion: parametersOf(model.motion),
    size,
    motionSize,
    keep,
  });
  const parts = partition(optimize(graph, { frameInputs: FRAME_INPUTS, target }), FRAME_INPUTS);
  const passesMs = performance.now() - start;
  const fallback = target === 'gpu' ? chooseForGpu : undefined;
  const choose = tuning
    ? await tuneVariants(device, [parts.frame], {
        precision,
        store: tuning,
        fallback: fallback ?? choosePlain,
        onNote,
        signal,
      })
    : fallback;
  // Lowering makes one dispatch of every node.
  const total = parts.register.nodes.length + parts.frame.nodes.length;
  const compile = (part: Graph, before: number): Promise<Program> =>
    compileProgram(device, part, {
      precision,
      choose,
      signal,
      onProgress: (done) => onProgress?.(before + done, total),
    });
  const register = await compile(parts.register, 0);
  const frame = await compile(parts.frame, parts.register.nodes.length).catch((error: unknown) => {
    register.constants.destroy();
    throw error;
  });
  return scoped(device, 'allocating memory', () => new CompiledEngine(size, motionSize, { register, frame }, passesMs));
}

const parametersOf =
  (tensors: StateDict): Parameters =>
  (key) =>
    tensors.get(key)!.data;
