import { RhoError } from '../errors';
import type { FrameOutcome, MotionField, Rho, RhoEvents, RhoSource, SetSourceOptions } from './api';
import type { Backend, OnnxRuntime } from './backend';
import { drawTo, readPixels, shown } from './cpu-canvas';
import { openCpuNetwork, type CpuNetwork, type CpuNetworkOptions, type CpuSource } from './cpu-network';
import { createEmitter, DISPOSE } from './events';
import { copyFace, type Face } from './face';
import { createFrameQueue } from './frame-queue';
import { createPoseWarning } from './pose-warning';
import { arrival, checkImage, type ImageInput } from './images';
import { toImageData } from './pictures';
import type { Target } from './present';
import { createStopwatch, type ColdStart, type Stats, type Stopwatch } from './stats';

export interface CpuReenactorOptions extends CpuNetworkOptions {
  readonly backend: Backend;
  readonly runtime: OnnxRuntime;
  /** All of the cold start but what this adds: exporting the network and loading it into onnxruntime. */
  readonly cold: Omit<ColdStart, 'compileMs' | 'planMs'>;
}

/** The public engine on a CPU: the same network, as ONNX models, on onnxruntime. Throws what {@link openCpuNetwork} throws. */
export async function createCpuReenactor(options: CpuReenactorOptions): Promise<Rho> {
  const start = performance.now();
  const network = await openCpuNetwork(options.runtime, options);
  const compileMs = performance.now() - start;
  const cold = { ...options.cold, compileMs, planMs: compileMs };
  return new CpuReenactor(network, options, createStopwatch(cold));
}

class CpuReenactor implements Rho {
  readonly precision = 'f32';
  readonly device = undefined;
  readonly size: number;
  readonly motionSize: number;
  readonly backend: Backend;
  private readonly sources = new Map<RhoSource, CpuSource>();
  private readonly queue = createFrameQueue(1);
  private readonly events = createEmitter<RhoEvents>();
  private readonly warnOf = createPoseWarning(this.events);
  private lastShown: Promise<void> | undefined;
  private end: RhoError | undefined;

  constructor(
    private readonly network: CpuNetwork,
    { size, motionSize, backend }: CpuReenactorOptions,
    private readonly stopwatch: Stopwatch,
  ) {
    this.size = size;
    this.motionSize = motionSize;
    this.backend = backend;
  }

  get stats(): Stats {
    return this.stopwatch.snapshot({ total: 0, constants: 0 });
  }

  on<K extends keyof RhoEvents>(event: K, listener: (event: RhoEvents[K]) => void): () => void {
    return this.events.on(event, listener);
  }

  async setSource(image: ImageInput, face: Face, { crop, signal }: SetSourceOptions = {}): Promise<RhoSource> {
    this.checkAlive();
    signal?.throwIfAborted();
    checkImage(image);
    const own = copyFace(face);
    this.warnOf(own);
    const arriving = arrival(image);
    if (arriving) await arriving;
    const start = performance.now();
    const registered = await this.network.register(readPixels(image, crop), own);
    this.checkAlive();
    signal?.throwIfAborted();
    this.stopwatch.registered(performance.now() - start);
    const source: RhoSource = {
      dispose: () => void this.sources.delete(source),
      [DISPOSE]: () => source.dispose(),
    };
    this.sources.set(source, registered);
    return source;
  }

  reenact(source: RhoSource, face: Face): Promise<ImageData>;
  reenact(source: RhoSource, face: Face, target: Target): Promise<FrameOutcome>;
  async reenact(source: RhoSource, face: Face, target?: Target): Promise<ImageData | FrameOutcome> {
    this.checkAlive();
    this.find(source);
    const own = copyFace(face);
    this.warnOf(own);
    const bytes = await this.queue.run(async () => {
      await this.lastShown;
      const start = performance.now();
      const frame = await this.network.frame(this.find(source), own);
      this.checkAlive();
      if (target) {
        drawTo(target, frame, this.size);
        this.lastShown = shown();
      }
      this.stopwatch.finished(performance.now() - start);
      return frame;
    }, target);
    if (bytes === undefined) {
      this.stopwatch.skipped();
      return 'skipped';
    }
    return target ? 'drawn' : toImageData(bytes.buffer, this.size);
  }

  readMotion(): Promise<MotionField> {
    return Promise.resolve().then(() => {
      this.checkAlive();
      const { motion } = this.network;
      // The caller's, who may give it away: a worker does.
      if (motion) return { ...motion, data: motion.data.slice() };
      throw new RhoError('BAD_INPUT', 'the motion field is not kept; create the engine with `keepMotion`');
    });
  }

  dispose(): void {
    if (this.end) return;
    this.end = new RhoError('DISPOSED', 'this engine was disposed of');
    this.queue.clear(this.end);
    this.sources.clear();
    void this.network.release().catch(() => undefined);
  }

  [DISPOSE](): void {
    this.dispose();
  }

  private find(source: RhoSource): CpuSource {
    this.checkAlive();
    const registered = this.sources.get(source);
    if (registered) return registered;
    throw new RhoError('DISPOSED', 'this source was disposed of, or belongs to another engine');
  }

  private checkAlive(): void {
    if (this.end) throw this.end;
  }
}
