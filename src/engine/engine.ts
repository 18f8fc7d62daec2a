import { RhoError } from '../errors';
import { readBack } from '../gpu/buffers';
import { isSoftware } from '../gpu/device';
import { scoped } from '../gpu/errors';
import { fromHalf } from '../half';
import { tensorBytes } from '../graph/dispatch';
import type { Graph, Tensor } from '../graph/graph';
import { optimize } from '../graph/optimize';
import { partition } from '../graph/partition';
import { GPU_FUSION, SOFTWARE_FUSION, type FusionPolicy } from '../graph/passes/fuse-inverted-residual';
import {
  bindProgram,
  compileProgram,
  createArena,
  createTensorBuffer,
  encodeProgram,
  type Arena,
  type BoundProgram,
  type Program,
} from '../graph/program';
import type { Precision } from '../kernels/kernel';
import { channelCount, fromBlocked } from '../kernels/layout';
import { configurationOf, type Configuration } from '../model/configuration';
import type { Parameters } from '../model/layers';
import { motionMultiple } from '../model/motion-network';
import { buildNetwork, FRAME_INPUTS } from '../model/network';
import { SIZE_MULTIPLE } from '../model/rendering-network';
import type { StateDict } from '../weights/state-dict';
import { checkFace, writeFace, type Face } from './face';
import { checkPicture, createResizer, type Picture, type Resizer } from './pictures';

/** The tensors of both networks under their published keys. */
export interface Model {
  readonly rendering: StateDict;
  readonly motion: StateDict;
}

export interface EngineOptions {
  readonly device: GPUDevice;
  readonly model: Model;
  /** Height and width of images, S; a multiple of 16. */
  readonly size: number;
  /** Size the motion network runs at, M; a multiple of 64 (for the published depths). S unless given. */
  readonly motionSize?: number | undefined;
  readonly precision?: Precision | undefined;
  /** What is fused with what; by the kind of device unless given. */
  readonly fusion?: FusionPolicy | undefined;
  /** Intermediate tensors to keep for {@link Engine.readTensor}; see NAMED_TENSORS. */
  readonly keep?: readonly string[] | undefined;
  /** Called after each compiled pipeline. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A registered picture: all that depends on the source alone stays on the GPU until it is disposed of. */
export interface Source {
  dispose(): void;
}

/** A tensor on the CPU, in C order. Motion fields are (1, h, w, 2), landmark maps (3, n, n), the rest (1, C, h, w). */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What {@link createEngine} gives. */
export interface Engine {
  readonly size: number;
  readonly motionSize: number;
  readonly precision: Precision;
  /** The dispatches of each program, for reports. */
  readonly programs: { readonly register: Program; readonly frame: Program };
  /** Registers a picture of any size, resized to S x S. Throws BAD_INPUT. */
  setSource(picture: Picture, face: Face): Promise<Source>;
  /** One frame: the source with the expression and pose of `face`, as S x S RGBA bytes. Throws BAD_INPUT, DISPOSED. */
  reenact(source: Source, face: Face): Promise<Picture>;
  /**
   * Submits one frame without waiting for it or reading it back. Errors of WebGPU go to the scope that is open. Throws
   * BAD_INPUT, DISPOSED.
   */
  submitFrame(source: Source, face: Face): void;
  /** The frame program as it is bound for a source: for profiling. Throws DISPOSED. */
  boundFrame(source: Source): BoundProgram;
  /** A kept tensor as the last frame (or, on the source side, the last registration) left it. */
  readTensor(name: string): Promise<HostTensor>;
  dispose(): void;
}

interface RegisteredSource extends Source {
  readonly frame: BoundProgram;
  isDisposed: boolean;
}

/** Compiles a model for one size. Throws BAD_WEIGHTS, BAD_INPUT (sizes), LIMIT, OUT_OF_MEMORY. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { device, model, size, motionSize = size, precision = 'f32', keep, onProgress, signal } = options;
  const fusion = options.fusion ?? (isSoftware(device.adapterInfo) ? SOFTWARE_FUSION : GPU_FUSION);
  const configuration = checkModel(model, size, motionSize);
  const graph = buildNetwork({
    configuration,
    rendering: parametersOf(model.rendering),
    motion: parametersOf(model.motion),
    size,
    motionSize,
    keep,
  });
  const parts = partition(optimize(graph, { frameInputs: FRAME_INPUTS, fusion }), FRAME_INPUTS);
  // Lowering makes one dispatch of every node.
  const total = parts.register.nodes.length + parts.frame.nodes.length;
  const compile = (part: Graph, before: number): Promise<Program> =>
    compileProgram(device, part, { precision, signal, onProgress: (done) => onProgress?.(before + done, total) });
  const register = await compile(parts.register, 0);
  const frame = await compile(parts.frame, parts.register.nodes.length);
  return scoped(device, 'allocating memory', () => new CompiledEngine(size, motionSize, { register, frame }));
}

/**
 * The configuration of a model, if it can run at these sizes. Throws BAD_WEIGHTS where its tensors do not fit together,
 * BAD_INPUT where a size is not a multiple of what the network halves it by.
 */
export function checkModel({ rendering, motion }: Model, size: number, motionSize: number): Configuration {
  const configuration = configurationOf(rendering, motion);
  const check = (what: string, value: number, multiple: number): void => {
    if (Number.isInteger(value) && value > 0 && value % multiple === 0) return;
    throw new RhoError('BAD_INPUT', `${what} is ${value}; it must be a positive multiple of ${multiple}`);
  };
  check('size', size, SIZE_MULTIPLE);
  check('motion size', motionSize, motionMultiple(configuration.motion));
  return configuration;
}

const parametersOf =
  (tensors: StateDict): Parameters =>
  (key) =>
    tensors.get(key)!.data;

class CompiledEngine implements Engine {
  private readonly device: GPUDevice;
  private readonly arena: Arena;
  /** Inputs of both programs and outputs of the frame; a source's own tensors are not among them. */
  private readonly buffers = new Map<string, GPUBuffer>();
  /** Tensors that each source keeps for its frames. */
  private readonly sourceTensors: readonly Tensor[];
  private readonly sources = new Set<RegisteredSource>();
  /** Where kept tensors of the source side lie, after the last registration. */
  private lastRegistered: ReadonlyMap<string, GPUBuffer> = new Map();
  private resizer: { width: number; height: number; resizer: Resizer } | undefined;
  private isDisposed = false;

  constructor(
    readonly size: number,
    readonly motionSize: number,
    readonly programs: { readonly register: Program; readonly frame: Program },
  ) {
    const { register, frame } = programs;
    this.device = register.device;
    this.arena = createArena(this.device, [register, frame]);
    this.sourceTensors = register.graph.outputs;
    const perSource = new Set(this.sourceTensors.map(({ name }) => name));
    for (const tensor of [...register.graph.inputs, ...frame.graph.inputs, ...frame.graph.outputs]) {
      if (!perSource.has(tensor.name)) this.buffers.set(tensor.name, createTensorBuffer(frame, tensor));
    }
  }

  get precision(): Precision {
    return this.programs.frame.precision;
  }

  async setSource(picture: Picture, face: Face): Promise<Source> {
    this.checkAlive();
    checkPicture(picture);
    checkFace(face);
    const resizer = await this.resizerFor(picture);
    return scoped(this.device, 'registering a source', () => {
      const { register, frame } = this.programs;
      const own = new Map(this.sourceTensors.map((tensor) => [tensor.name, createTensorBuffer(register, tensor)]));
      const buffers = new Map([...this.buffers, ...own]);
      resizer.upload(picture);
      writeFace(this.device, this.buffers, 'source', face, this.motionSize, this.precision);
      const bound = bindProgram(register, this.arena, buffers);
      this.submit('register', (pass) => {
        resizer.encode(pass);
        encodeProgram(pass, bound);
      });
      const source: RegisteredSource = {
        frame: bindProgram(frame, this.arena, buffers),
        isDisposed: false,
        dispose: () => {
          source.isDisposed = true;
          this.sources.delete(source);
          own.forEach((buffer) => buffer.destroy());
        },
      };
      this.sources.add(source);
      this.lastRegistered = own;
      return source;
    });
  }

  submitFrame(source: Source, face: Face): void {
    const bound = this.boundFrame(source);
    checkFace(face);
    writeFace(this.device, this.buffers, 'driving', face, this.motionSize, this.precision);
    this.submit('frame', (pass) => encodeProgram(pass, bound));
  }

  boundFrame(source: Source): BoundProgram {
    this.checkAlive();
    const registered = source as RegisteredSource;
    if (registered.isDisposed || !this.sources.has(registered))
      throw new RhoError('DISPOSED', 'this source was disposed of, or belongs to another engine');
    return registered.frame;
  }

  async reenact(source: Source, face: Face): Promise<Picture> {
    const bytes = await scoped(this.device, 'reenacting', () => {
      this.submitFrame(source, face);
      return readBack(this.device, this.buffers.get('result')!, this.size * this.size * 4);
    });
    return { width: this.size, height: this.size, data: new Uint8ClampedArray(bytes) };
  }

  async readTensor(name: string): Promise<HostTensor> {
    this.checkAlive();
    const { register, frame } = this.programs;
    const tensor = [...register.graph.outputs, ...frame.graph.outputs].find((output) => output.name === name);
    const buffer = this.lastRegistered.get(name) ?? this.buffers.get(name);
    if (!tensor || (tensor.format !== 'map' && tensor.format !== 'field') || !buffer)
      throw new RhoError('BAD_INPUT', `the tensor ${name} was not kept; name it in \`keep\``);
    const bytes = await readBack(this.device, buffer, tensorBytes(tensor, this.precision));
    const { layout } = tensor;
    const { height, width } = layout;
    const data = fromBlocked(
      layout,
      this.precision === 'f32' || tensor.format === 'field'
        ? new Float32Array(bytes)
        : fromHalf(new Uint16Array(bytes)),
    );
    if (name.startsWith('motion')) return { shape: [1, height, width, 2], data: interleave(data) };
    const shape = [channelCount(layout), height, width];
    return { shape: name.includes('_map_') ? shape : [1, ...shape], data };
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    for (const source of [...this.sources]) source.dispose();
    this.resizer?.resizer.dispose();
    const { register, frame } = this.programs;
    for (const buffer of [...this.buffers.values(), ...this.arena.slots, register.constants, frame.constants])
      buffer.destroy();
  }

  private checkAlive(): void {
    if (this.isDisposed) throw new RhoError('DISPOSED', 'this engine was disposed of');
  }

  /** The resizer of the last picture's size; pictures of a page rarely change theirs. */
  private async resizerFor({ width, height }: Picture): Promise<Resizer> {
    if (this.resizer?.width !== width || this.resizer.height !== height) {
      const resizer = await createResizer(this.device, width, height, this.size, this.buffers.get('source_image')!);
      this.resizer?.resizer.dispose();
      this.resizer = { width, height, resizer };
    }
    return this.resizer.resizer;
  }

  private submit(label: string, record: (pass: GPUComputePassEncoder) => void): void {
    const encoder = this.device.createCommandEncoder({ label });
    const pass = encoder.beginComputePass({ label });
    record(pass);
    pass.end();
    this.device.queue.submit([encoder.finish()]);
  }
}

/** (2, h, w) to (h, w, 2). */
function interleave(planes: Float32Array): Float32Array {
  const pixels = planes.length / 2;
  return planes.map((_, i) => planes[(i % 2) * pixels + (i >> 1)]!);
}
