import type {
  CreateOptions,
  FrameOutcome,
  MotionField,
  Rho,
  RhoEvents,
  RhoSource,
  SetSourceOptions,
} from '../engine/api';
import { createEmitter, DISPOSE } from '../engine/events';
import { copyFace, type Face } from '../engine/face';
import { createFrameQueue } from '../engine/frame-queue';
import type { ImageInput } from '../engine/images';
import { absoluteUrl } from '../engine/model-cache';
import type { Target } from '../engine/present';
import type { Stats } from '../engine/stats';
import type { Precision } from '../kernels/kernel';
import { RhoError } from '../errors';
import { connect, type Connection } from './connection';
import type { Created, SentOptions } from './protocol';
import { sendableImage } from './send-image';

/** What {@link createInWorker} wants: what `create` does, but for what cannot go into a worker. */
export interface WorkerOptions extends Omit<CreateOptions, 'device' | 'gpu' | 'fetch' | 'cache' | 'tune'> {
  readonly tune?: boolean | undefined;
  readonly cache?: 'cache-api' | 'none' | undefined;
  /**
   * A module worker of the caller's in which `serve()` has been called; it is never terminated. Without it, `worker-entry.js` beside
   * this file becomes one, which bundlers see to.
   */
  readonly worker?: Worker | undefined;
}

/**
 * As `create`, but everything happens in a worker: pictures and faces go in, and frames come out as pixels or are drawn to canvases
 * whose control has gone to the worker (the first frame for a canvas takes it there for good; give it its size before). Only
 * textures cannot come along. Throws what `create` throws, and INTERNAL where the worker does not start.
 */
export async function createInWorker({ worker, onProgress, signal, ...options }: WorkerOptions): Promise<Rho> {
  signal?.throwIfAborted();
  const own = worker ?? new Worker(new URL('./entry.ts', import.meta.url), { type: 'module', name: 'rho-webgpu' });
  const connection = connect(own, worker === undefined);
  if (onProgress) connection.onProgress(onProgress);
  try {
    const sent = { ...sentOptions(options), keepMotion: options.keepMotion };
    const created = (await connection.call({ type: 'create', options: sent }, [], signal)) as Created;
    return new WorkerReenactor(connection, created);
  } catch (error) {
    connection.close(error);
    throw error;
  }
}

/** Addresses are the page's, not the worker's file's. */
function sentOptions({ weights, size, motionSize, precision, tune, checksum, cache }: SentOptions): SentOptions {
  const isAddress = typeof weights === 'string' || weights instanceof URL;
  return { weights: isAddress ? address(weights) : weights, size, motionSize, precision, tune, checksum, cache };
}

function address(url: string | URL): string {
  try {
    return absoluteUrl(url).href;
  } catch (cause) {
    throw new RhoError('BAD_INPUT', `the weights' address "${String(url)}" is no URL`, { cause });
  }
}

class WorkerReenactor implements Rho {
  readonly device = undefined;
  readonly size: number;
  readonly motionSize: number;
  readonly precision: Precision;
  private readonly queue = createFrameQueue();
  private readonly events = createEmitter<RhoEvents>();
  private readonly sources = new Map<RhoSource, number>();
  private readonly targets = new WeakMap<Target, number>();
  private count = 0;
  private end: RhoError | undefined;

  constructor(
    private readonly connection: Connection,
    created: Created,
  ) {
    ({ size: this.size, motionSize: this.motionSize, precision: this.precision } = created);
    connection.onEvent((event, value) => {
      const isHeard = this.events.emit(event, value);
      if (event === 'warning' && !isHeard) console.warn(`rho-webgpu: ${(value as RhoEvents['warning']).message}`);
    });
  }

  get stats(): Stats {
    return this.connection.stats!;
  }

  on<K extends keyof RhoEvents>(event: K, listener: (event: RhoEvents[K]) => void): () => void {
    return this.events.on(event, listener);
  }

  async setSource(picture: ImageInput, face: Face, { crop, signal }: SetSourceOptions = {}): Promise<RhoSource> {
    this.checkAlive();
    signal?.throwIfAborted();
    const own = copyFace(face);
    const { image, transfer } = await sendableImage(picture);
    this.checkAlive();
    signal?.throwIfAborted();
    const number = this.count++;
    try {
      await this.connection.call({ type: 'setSource', source: number, image, face: own, crop }, transfer, signal);
    } catch (error) {
      this.connection.post({ type: 'disposeSource', source: number });
      throw error;
    }
    const source: RhoSource = {
      dispose: () => {
        if (this.sources.delete(source)) this.connection.post({ type: 'disposeSource', source: number });
      },
      [DISPOSE]: () => source.dispose(),
    };
    this.sources.set(source, number);
    return source;
  }

  reenact(source: RhoSource, face: Face): Promise<ImageData>;
  reenact(source: RhoSource, face: Face, target: Target): Promise<FrameOutcome>;
  async reenact(source: RhoSource, face: Face, target?: Target): Promise<ImageData | FrameOutcome> {
    this.checkAlive();
    this.find(source);
    const own = copyFace(face);
    const canvas = target && this.targetNumber(target);
    const result = await this.queue.run(() => {
      const request = { type: 'reenact', source: this.find(source), face: own, target: canvas } as const;
      return this.connection.call(request);
    }, target);
    if (target) return (result as FrameOutcome | undefined) ?? 'skipped';
    return new ImageData(result as Uint8ClampedArray<ArrayBuffer>, this.size, this.size);
  }

  async readMotion(): Promise<MotionField> {
    this.checkAlive();
    return (await this.connection.call({ type: 'readMotion' })) as MotionField;
  }

  dispose(): void {
    if (this.end) return;
    this.end = new RhoError('DISPOSED', 'this engine was disposed of');
    this.sources.clear();
    this.queue.clear(this.end);
    this.connection.close(this.end);
  }

  [DISPOSE](): void {
    this.dispose();
  }

  private checkAlive(): void {
    if (this.end) throw this.end;
  }

  private find(source: RhoSource): number {
    const number = this.sources.get(source);
    if (number !== undefined) return number;
    throw new RhoError('DISPOSED', 'this source was disposed of, or belongs to another engine');
  }

  /** The number of a canvas, whose control goes to the worker when it is first asked for. */
  private targetNumber(target: Target): number {
    const known = this.targets.get(target);
    if (known !== undefined) return known;
    if ('createView' in target)
      throw new RhoError(
        'BAD_INPUT',
        'a GPUTexture cannot go into a worker; give a canvas, or create the engine on the page',
      );
    const number = this.count++;
    try {
      const canvas = 'transferControlToOffscreen' in target ? target.transferControlToOffscreen() : target;
      this.connection.post({ type: 'target', target: number, canvas }, [canvas]);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new RhoError('BAD_INPUT', `the canvas cannot go into the worker: ${message}`, { cause });
    }
    this.targets.set(target, number);
    return number;
  }
}
