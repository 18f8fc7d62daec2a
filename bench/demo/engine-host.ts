import type { BackendChoice, Face, MotionField, PrecisionChoice, Rho, RhoSource } from '../../src/index';
import { createInWorker } from '../../src/worker';
import { bytesInWords, element, wordsOf } from './elements';
import { createRate } from './rate';
import { createRegistry, type Registry } from './registry';
import type { DemoSource } from './source';
import type { DemoWeights } from './weights';

const openWorker = (): Worker =>
  new Worker(new URL('./engine-worker.ts', import.meta.url), { type: 'module', name: 'engine' });

/** What an engine is made of. */
export interface EngineSettings {
  readonly weights: DemoWeights;
  readonly size: number;
  readonly precision: PrecisionChoice;
  readonly backend: BackendChoice;
}

/** Takes frames as pixels: a clip being recorded. */
export interface FrameTaker {
  take(frame: ImageData, timeMs: number): Promise<void>;
}

/**
 * The page's engine, made anew for other weights, sizes and precisions. It runs in a worker: reading weights, the passes and packing would
 * hold the page up for a second, and on a slow GPU neither should wait for the other.
 */
export class EngineHost {
  rho: Rho | undefined;
  /** The face of the frame that is to be seen; undefined where there is none. */
  seenFace: Face | undefined;
  /** The motion field of a late frame, while it is wanted. */
  motion: MotionField | undefined;
  private readonly rate = createRate();
  private readonly status = element('engine-status', 'p');
  private readonly progress = element('progress', 'progress');
  private registry: Registry | undefined;
  private canvas: HTMLCanvasElement | undefined;
  private creating = new AbortController();
  private shown: { readonly source: DemoSource; readonly face: Face } | undefined;
  private isReadingMotion = false;
  private isMotionWanted = false;
  private taker: FrameTaker | undefined;
  private isTaking = false;
  /** One for all engines, which come and go in it. */
  private worker: Worker | undefined;

  constructor(private readonly onChange: () => void) {}

  /** How often frames come, in words. */
  get rateInWords(): string {
    return this.rate.words;
  }

  set wantsMotion(wanted: boolean) {
    this.isMotionWanted = wanted;
    this.motion = undefined;
    if (wanted && this.rho) void this.readMotion(this.rho);
  }

  /** Makes another engine in place of the present one. Says how it goes, and never throws. */
  async open({ weights, size, precision, backend }: EngineSettings): Promise<void> {
    this.close();
    const creating = (this.creating = new AbortController());
    const { signal } = creating;
    const sayIfCurrent: EngineHost['say'] = (text, part) => {
      if (!signal.aborted) this.say(text, part);
    };
    try {
      sayIfCurrent(`Loading ${weights.name} …`, NaN);
      const loaded = await weights.load((step) => sayIfCurrent(`Weights: ${step} …`, NaN));
      signal.throwIfAborted();
      const rho = await createInWorker({
        weights: loaded,
        size,
        precision,
        backend,
        worker: (this.worker ??= openWorker()),
        keepMotion: true,
        signal,
        onProgress: ({ phase, loaded: done, total }) => {
          const part = total === undefined ? NaN : done / total;
          if (phase === 'compile') return sayIfCurrent(`Compiling: ${done} of ${total} kernels …`, part);
          const of = total === undefined ? '' : ` of ${bytesInWords(total)}`;
          sayIfCurrent(`Loading ${weights.name}: ${bytesInWords(done)}${of} …`, part);
        },
      });
      // Another may have been asked for in the meantime.
      if (signal.aborted) return rho.dispose();
      this.use(rho, size);
    } catch (error) {
      sayIfCurrent(`${weights.name} cannot be used: ${wordsOf(error)}`);
    }
  }

  /** Shows a source with a face as soon as may be; what comes too fast is left out. */
  show(source: DemoSource, face: Face, timeMs: number): void {
    const { rho, canvas } = this;
    const handle = this.registry?.find(source);
    if (!rho || !canvas || !handle) return;
    if (this.taker) {
      if (!this.isTaking) void this.takeFrame(rho, handle, face, timeMs, this.taker);
      return;
    }
    if (this.shown?.source === source && this.shown.face === face) return;
    this.shown = { source, face };
    void this.draw(rho, handle, face, canvas);
  }

  /** From now on every frame is read back for `taker` and shown from there; undefined ends it. */
  takeFrames(taker: FrameTaker | undefined): void {
    this.taker = taker;
    this.shown = undefined;
    element('recorded', 'canvas').hidden = taker === undefined;
  }

  private close(): void {
    this.creating.abort();
    this.rho?.dispose();
    this.rho = this.registry = this.canvas = this.shown = this.seenFace = this.motion = undefined;
    this.rate.reset();
    this.onChange();
  }

  private use(rho: Rho, size: number): void {
    rho.on('lost', ({ recovering }) => {
      this.say(
        recovering ? 'The GPU was lost; all is being rebuilt …' : 'The GPU was lost.',
        recovering ? NaN : undefined,
      );
    });
    rho.on('recovered', () => {
      this.shown = undefined;
      this.say('The GPU was lost, and all has been rebuilt.');
    });
    rho.on('failed', ({ message }) => this.say(message));
    rho.on('warning', ({ message }) => this.say(`Note: ${message}.`));
    // A canvas goes to its worker for good, so every engine gets one of its own.
    this.canvas = document.createElement('canvas');
    this.canvas.width = this.canvas.height = size;
    element('frame', 'div').replaceChildren(this.canvas);
    const recorded = element('recorded', 'canvas');
    recorded.width = recorded.height = size;
    this.registry = createRegistry(rho, (text, isUnderWay) => this.say(text, isUnderWay ? NaN : undefined));
    this.rho = rho;
    this.say('Ready.');
    this.onChange();
  }

  private async draw(rho: Rho, handle: RhoSource, face: Face, canvas: HTMLCanvasElement): Promise<void> {
    try {
      if ((await rho.reenact(handle, face, canvas)) === 'skipped' || rho !== this.rho) return;
      this.seenFace = face;
      this.rate.count();
      if (this.isMotionWanted) await this.readMotion(rho);
    } catch (error) {
      this.complain(rho, error);
    }
  }

  private async readMotion(rho: Rho): Promise<void> {
    if (this.isReadingMotion) return;
    this.isReadingMotion = true;
    try {
      const field = await rho.readMotion();
      if (rho === this.rho && this.isMotionWanted) this.motion = field;
    } catch (error) {
      this.complain(rho, error);
    } finally {
      this.isReadingMotion = false;
    }
  }

  private async takeFrame(rho: Rho, handle: RhoSource, face: Face, timeMs: number, taker: FrameTaker): Promise<void> {
    this.isTaking = true;
    try {
      const frame = await rho.reenact(handle, face);
      element('recorded', 'canvas').getContext('2d')!.putImageData(frame, 0, 0);
      this.seenFace = face;
      this.rate.count();
      if (taker === this.taker) await taker.take(frame, timeMs);
      if (this.isMotionWanted) await this.readMotion(rho);
    } catch (error) {
      this.complain(rho, error);
    } finally {
      this.isTaking = false;
    }
  }

  /** Of an engine that was replaced nothing is to be said. */
  private complain(rho: Rho, error: unknown): void {
    if (rho === this.rho) this.say(wordsOf(error));
  }

  /** `part` of what is under way is done, which is NaN where nobody knows; undefined where nothing is. */
  private say(text: string, part?: number): void {
    this.status.textContent = text;
    this.progress.hidden = part === undefined;
    if (part === undefined || Number.isNaN(part)) this.progress.removeAttribute('value');
    else this.progress.value = part;
  }
}
