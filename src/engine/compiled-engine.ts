import { RhoError } from '../errors';
import { readBack } from '../gpu/buffers';
import { scoped } from '../gpu/errors';
import { tensorBytes } from '../graph/dispatch';
import type { Tensor } from '../graph/graph';
import {
  bindProgram,
  createArena,
  createTensorBuffer,
  encodeProgram,
  type Arena,
  type BoundProgram,
  type Program,
} from '../graph/program';
import type { Precision } from '../kernels/kernel';
import type { Engine, Source } from './engine';
import { checkFace, writeFace, type Face } from './face';
import { toHostTensor, type HostTensor } from './host-tensor';
import { checkPicture, createResizer, isOnGpu, type GpuPicture, type Picture, type Resizer } from './pictures';

interface BoundSource extends Source {
  readonly frame: BoundProgram;
  readonly byteLength: number;
}

/** An engine whose programs have been compiled; its memory is allocated on construction. */
export class CompiledEngine implements Engine {
  readonly device: GPUDevice;
  private readonly arena: Arena;
  /** Inputs of both programs and outputs of the frame; a source's own tensors are not among them. */
  private readonly buffers = new Map<string, GPUBuffer>();
  /** Tensors that each source keeps for its frames. */
  private readonly sourceTensors: readonly Tensor[];
  private readonly sources = new Set<Source>();
  /** Where kept tensors of the source side lie, after the last registration. */
  private lastRegistered: ReadonlyMap<string, GPUBuffer> = new Map();
  private resizer: { width: number; height: number; resizer: Resizer } | undefined;
  /** Ends when the registrations asked for so far have been submitted: they share the resizer. */
  private registrations: Promise<unknown> = Promise.resolve();
  private isDisposed = false;

  constructor(
    readonly size: number,
    readonly motionSize: number,
    readonly programs: { readonly register: Program; readonly frame: Program },
    private readonly passesMs: number,
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

  get planMs(): number {
    const { register, frame } = this.programs;
    return this.passesMs + register.planMs + frame.planMs;
  }

  get result(): GPUBuffer {
    return this.buffers.get('result')!;
  }

  get sourceImage(): GPUBuffer {
    return this.buffers.get('source_image')!;
  }

  get gpuBytes(): { total: number; constants: number } {
    const { register, frame } = this.programs;
    const constants = register.constants.size + frame.constants.size;
    const shared = [...this.buffers.values(), ...this.arena.slots].reduce((sum, { size }) => sum + size, 0);
    const ofSources = [...this.sources].reduce((sum, source) => sum + (source as BoundSource).byteLength, 0);
    return { total: constants + shared + ofSources + (this.resizer?.resizer.byteLength ?? 0), constants };
  }

  async setSource(picture: Picture | GpuPicture, face: Face, onSubmitted?: () => void): Promise<Source> {
    this.checkAlive();
    checkPicture(picture);
    checkFace(face);
    const register = async (): Promise<Source> => {
      this.checkAlive();
      const resizer = await this.resizerFor(picture);
      this.checkAlive();
      return scoped(this.device, 'registering a source', () => {
        const source = this.register(picture, face, resizer);
        onSubmitted?.();
        return source;
      });
    };
    const registered = this.registrations.then(register);
    this.registrations = registered.catch(() => undefined);
    return registered;
  }

  private register(picture: Picture | GpuPicture, face: Face, resizer: Resizer): Source {
    const { register, frame } = this.programs;
    const own = new Map(this.sourceTensors.map((tensor) => [tensor.name, createTensorBuffer(register, tensor)]));
    const buffers = new Map([...this.buffers, ...own]);
    if (!isOnGpu(picture)) resizer.upload(picture);
    writeFace(this.device, this.buffers, 'source', face, this.motionSize, this.precision);
    const bound = bindProgram(register, this.arena, buffers);
    this.submit('register', (pass) => {
      if (isOnGpu(picture)) picture.encode(pass, resizer.input);
      resizer.encode(pass);
      encodeProgram(pass, bound);
    });
    const source: BoundSource = {
      frame: bindProgram(frame, this.arena, buffers),
      byteLength: [...own.values()].reduce((sum, { size }) => sum + size, 0),
      dispose: () => {
        this.sources.delete(source);
        own.forEach((buffer) => buffer.destroy());
      },
    };
    this.sources.add(source);
    this.lastRegistered = own;
    return source;
  }

  submitFrame(source: Source, face: Face, present?: (encoder: GPUCommandEncoder) => void): void {
    const bound = this.boundFrame(source);
    checkFace(face);
    writeFace(this.device, this.buffers, 'driving', face, this.motionSize, this.precision);
    this.submit('frame', (pass) => encodeProgram(pass, bound), present);
  }

  boundFrame(source: Source): BoundProgram {
    this.checkAlive();
    if (!this.sources.has(source))
      throw new RhoError('DISPOSED', 'this source was disposed of, or belongs to another engine');
    return (source as BoundSource).frame;
  }

  async reenact(source: Source, face: Face): Promise<Picture> {
    const bytes = await scoped(this.device, 'reenacting', () => {
      this.submitFrame(source, face);
      return readBack(this.device, this.result, this.size * this.size * 4);
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
    return toHostTensor(tensor, bytes, this.precision);
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
  private async resizerFor({ width, height }: Picture | GpuPicture): Promise<Resizer> {
    if (this.resizer?.width !== width || this.resizer.height !== height) {
      const resizer = await createResizer(this.device, width, height, this.size, this.sourceImage);
      this.resizer?.resizer.dispose();
      this.resizer = { width, height, resizer };
    }
    return this.resizer.resizer;
  }

  private submit(
    label: string,
    record: (pass: GPUComputePassEncoder) => void,
    after?: (encoder: GPUCommandEncoder) => void,
  ): void {
    const encoder = this.device.createCommandEncoder({ label });
    const pass = encoder.beginComputePass({ label });
    record(pass);
    pass.end();
    after?.(encoder);
    this.device.queue.submit([encoder.finish()]);
  }
}
