import { RhoError } from '../errors';
import { readBack } from '../gpu/buffers';
import { scoped } from '../gpu/errors';
import type { Precision } from '../kernels/kernel';
import type { FrameOutcome, MotionField, Rho, RhoEvents, RhoSource, SetSourceOptions } from './api';
import type { Source } from './engine';
import { createEmitter, DISPOSE, whenAborted } from './events';
import { copyFace, type Face } from './face';
import { createFrameQueue } from './frame-queue';
import { unusualPose } from './head-pose';
import { arrival, checkImage, importImage, type ImageInput } from './images';
import { readPicture, toImageData, type Picture } from './pictures';
import type { Target } from './present';
import { createRecovery, type Recovery } from './recovery';
import { isLost, lostError, MOTION_FIELD, type Session } from './session';
import type { Stats, Stopwatch } from './stats';

/** A source and what it takes to register it on another device. */
interface KeptSource {
  readonly face: Face;
  /** The picture, resized; undefined where it could not be read back before the device was lost, or is not needed. */
  readonly pixels: Promise<Picture | undefined>;
  /** On the present device; undefined where it could not be brought over. */
  registered: Source | undefined;
}

/** The public engine around sessions that may die. `rebuild` opens another session; without it a loss is final. */
export const createReenactor = (
  session: Session,
  rebuild: ((signal: AbortSignal) => Promise<Session>) | undefined,
  stopwatch: Stopwatch,
): Rho => new Reenactor(session, createRecovery(rebuild), rebuild !== undefined, stopwatch);

class Reenactor implements Rho {
  private readonly sources = new Map<RhoSource, KeptSource>();
  private readonly queue = createFrameQueue();
  private readonly events = createEmitter<RhoEvents>();
  private readonly warned = new Set<string>();
  /** Pending while all is being rebuilt; never rejects. */
  private ready: Promise<void> = Promise.resolve();
  /** Why no call can succeed any more. */
  private end: RhoError | undefined;
  /** Aborted at the end, so that nothing is rebuilt in vain. */
  private readonly ending = new AbortController();

  constructor(
    private session: Session,
    private readonly recovery: Recovery,
    private readonly isRecoverable: boolean,
    private readonly stopwatch: Stopwatch,
  ) {
    this.watch(session);
  }

  get size(): number {
    return this.session.engine.size;
  }

  get motionSize(): number {
    return this.session.engine.motionSize;
  }

  get precision(): Precision {
    return this.session.engine.precision;
  }

  get device(): GPUDevice {
    return this.session.device;
  }

  get stats(): Stats {
    const { engine, presenter } = this.session;
    const { total, constants } = this.end ? { total: 0, constants: 0 } : engine.gpuBytes;
    return this.stopwatch.snapshot({ total: total + (this.end ? 0 : presenter.byteLength), constants });
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
    const kept = await this.onSession(async (session): Promise<KeptSource> => {
      const start = performance.now();
      const { device, engine, importer } = session;
      const picture = await scoped(device, 'reading the picture', () => importImage(importer, image, crop));
      try {
        let pixels: Promise<Picture | undefined> = Promise.resolve(undefined);
        const registered = await engine.setSource(picture, own, () => {
          if (this.isRecoverable) pixels = readPicture(device, engine.sourceImage, engine.size);
        });
        await device.queue.onSubmittedWorkDone();
        this.stopwatch.registered(performance.now() - start);
        return { face: own, pixels, registered };
      } finally {
        picture.release();
      }
    });
    if (signal?.aborted) kept.registered?.dispose();
    signal?.throwIfAborted();
    const source: RhoSource = {
      dispose: () => {
        this.sources.delete(source);
        kept.registered?.dispose();
      },
      [DISPOSE]: () => source.dispose(),
    };
    this.sources.set(source, kept);
    return source;
  }

  reenact(source: RhoSource, face: Face): Promise<ImageData>;
  reenact(source: RhoSource, face: Face, target: Target): Promise<FrameOutcome>;
  async reenact(source: RhoSource, face: Face, target?: Target): Promise<ImageData | FrameOutcome> {
    this.checkAlive();
    this.find(source);
    const own = copyFace(face);
    this.warnOf(own);
    const bytes = await this.queue.run(() => this.frame(source, own, target), target);
    if (bytes === undefined) {
      this.stopwatch.skipped();
      return 'skipped';
    }
    return target ? 'drawn' : toImageData(bytes, this.size);
  }

  readMotion(): Promise<MotionField> {
    return this.onSession(async ({ engine }) => {
      const { shape, data } = await engine.readTensor(MOTION_FIELD).catch((error: unknown) => {
        if (!(error instanceof RhoError) || error.code !== 'BAD_INPUT') throw error;
        throw new RhoError('BAD_INPUT', 'the motion field is not kept; create the engine with `keepMotion`');
      });
      return { width: shape[2]!, height: shape[1]!, data };
    });
  }

  /** Submits one frame and waits for it; its bytes, or none of them where it was drawn to a target. */
  private frame(source: RhoSource, face: Face, target: Target | undefined): Promise<ArrayBuffer> {
    return this.onSession(async ({ device, engine, presenter }) => {
      const { registered } = this.find(source);
      if (!registered) throw lostError('before this source could be kept; register it again');
      const start = performance.now();
      const bytes = await scoped(device, 'reenacting', async () => {
        if (!target) {
          engine.submitFrame(registered, face);
          return readBack(device, engine.result, engine.size ** 2 * 4);
        }
        presenter.prepare(target);
        engine.submitFrame(registered, face, (encoder) => presenter.encode(encoder, target));
        await device.queue.onSubmittedWorkDone();
        return new ArrayBuffer(0);
      });
      this.stopwatch.finished(performance.now() - start);
      return bytes;
    });
  }

  dispose(): void {
    this.finish(new RhoError('DISPOSED', 'this engine was disposed of'));
  }

  [DISPOSE](): void {
    this.dispose();
  }

  /** Runs `work` on the present session, and once more where the device was lost meanwhile. Begins at once where nothing is amiss. */
  private async onSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
    for (;;) {
      if (this.session.isLost) await Promise.race([this.ready, whenAborted(this.ending.signal)]);
      this.checkAlive();
      const { session } = this;
      try {
        const result = await work(session);
        this.checkAlive();
        if (!session.isLost) return result;
      } catch (error) {
        this.checkAlive();
        if (!(await isLost(session))) throw error;
        this.checkAlive();
      }
    }
  }

  private watch(session: Session): void {
    void session.device.lost.then(({ message, reason }) => {
      session.isLost = true;
      if (this.session !== session || this.end) return;
      const recovering = this.recovery.mayRecover();
      const why = message || reason;
      if (recovering) this.ready = this.recover(session);
      this.events.emit('lost', { message: why, recovering });
      if (!recovering) this.fail(lostError(why));
    });
  }

  private async recover(old: Session): Promise<void> {
    const start = performance.now();
    old.close();
    try {
      const registered = new Map<KeptSource, Source | undefined>();
      const session = await this.recovery.rebuild(this.ending.signal, async ({ engine }) => {
        for (const kept of this.sources.values()) {
          const pixels = await kept.pixels;
          registered.set(kept, pixels && (await engine.setSource(pixels, kept.face)));
        }
      });
      if (this.end) return session.close();
      for (const kept of this.sources.values()) kept.registered = registered.get(kept);
      this.session = session;
      this.watch(session);
      this.stopwatch.recovered();
      this.events.emit('recovered', { ms: performance.now() - start });
    } catch (cause) {
      this.fail(lostError(cause instanceof Error ? cause.message : String(cause), { cause }));
    }
  }

  private fail(error: RhoError): void {
    if (this.finish(error)) this.events.emit('failed', { message: error.message });
  }

  /** Ends everything with this error; false if it had ended before. */
  private finish(error: RhoError): boolean {
    if (this.end) return false;
    this.end = error;
    this.ending.abort();
    this.queue.clear(error);
    this.sources.clear();
    this.session.close();
    return true;
  }

  private find(source: RhoSource): KeptSource {
    const kept = this.sources.get(source);
    if (kept) return kept;
    throw new RhoError('DISPOSED', 'this source was disposed of, or belongs to another engine');
  }

  private checkAlive(): void {
    if (this.end) throw this.end;
  }

  private warnOf({ headPose }: Face): void {
    const message = this.warned.has('head-pose') ? undefined : unusualPose(headPose);
    if (message === undefined) return;
    this.warned.add('head-pose');
    if (!this.events.emit('warning', { kind: 'head-pose', message })) console.warn(`rho-webgpu: ${message}`);
  }
}
