import type { Precision } from '../kernels/kernel';
import type { TuningStore } from '../profile/tune';
import type { Backend, BackendOptions } from './backend';
import type { Crop } from './crop';
import type { Source } from './engine';
import type { Face } from './face';
import type { ImageInput } from './images';
import type { LoadOptions, Weights } from './load-weights';
import type { Target } from './present';
import type { Stats } from './stats';
import type { PrecisionChoice } from './support';

/** How far a creation has come: bytes of the weights (the total where the server tells it), then compiled pipelines. */
export interface Progress {
  readonly phase: 'download' | 'compile';
  readonly loaded: number;
  readonly total: number | undefined;
}

/** What `create` wants. */
export interface CreateOptions extends LoadOptions, BackendOptions {
  /** A model file that `rho convert` wrote: its address, its bytes or a Blob of it; or a model read already. */
  readonly weights: Weights;
  /** Height and width of images, S; a multiple of 16; 512 unless given. */
  readonly size?: number | undefined;
  /**
   * Size the motion network runs at, M; a multiple of 64. Unless given, what the model file says; else S itself, and where S is no
   * multiple of 64 the next one, but no more than 512.
   */
  readonly motionSize?: number | undefined;
  /** `auto` unless given: `f32`, or with `tune` what was measured to be right and faster. */
  readonly precision?: PrecisionChoice | undefined;
  /**
   * Measures on this device, before the first use, which precision and which variants of kernels are fastest, and drops what gives
   * wrong values. It takes a while (on a software adapter, minutes) and is remembered for each adapter: in the Cache API, or in a
   * store of the caller's. What was dropped is in `stats.notes`. Not unless given.
   */
  readonly tune?: boolean | TuningStore | undefined;
  /**
   * A device of the caller's, which is then never destroyed; without it the engine opens, and in the end destroys, one of its own.
   * Only a function can give another one when the first is lost.
   */
  readonly device?: GPUDevice | (() => GPUDevice | Promise<GPUDevice>) | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Keeps each frame's motion field for {@link Rho.readMotion}, in a buffer of its own; not unless given. */
  readonly keepMotion?: boolean | undefined;
}

export interface SetSourceOptions {
  /** Only this part of the picture, in its pixels; landmarks and head pose are those of the part. See `cropAround`. */
  readonly crop?: Crop | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A registered picture. Dispose of it to free its memory on the GPU; it survives the loss of the device. */
export interface RhoSource extends Source, Disposable {}

/** Where each part of a frame comes from in the source. Its sides are a quarter of the motion size. */
export interface MotionField {
  readonly width: number;
  readonly height: number;
  /** x y of each pixel, rows from the top: where it is sampled, in [-1, 1] coordinates of the source; no displacement. */
  readonly data: Float32Array;
}

/** Whether a frame was drawn, or skipped because a later one for the same target took its place while it waited. */
export type FrameOutcome = 'drawn' | 'skipped';

/** What happens outside of any call. */
export interface RhoEvents {
  /** The GPU device is gone. While `recovering`, calls wait until all has been rebuilt; otherwise they throw DEVICE_LOST. */
  readonly lost: { readonly message: string; readonly recovering: boolean };
  /** All has been rebuilt on a new device, in so many milliseconds; a canvas shows the next frame that is asked for. */
  readonly recovered: { readonly ms: number };
  /** The device could not be recovered: from now on calls throw DEVICE_LOST. */
  readonly failed: { readonly message: string };
  /** Something is odd but goes on; each kind once. Goes to the console where nobody listens. */
  readonly warning: { readonly kind: 'head-pose'; readonly message: string };
}

/**
 * One picture of a face, driven by the landmarks and head pose of another. Made by `create`, or by `createInWorker`, which has the
 * same interface.
 */
export interface Rho extends Disposable {
  /** Height and width of frames, S. */
  readonly size: number;
  /** Size the motion network runs at, M. */
  readonly motionSize: number;
  /** What computes the frames, and why that. */
  readonly backend: Backend;
  /** What it computes in: `f16` is real half arithmetic, `packed` half storage. */
  readonly precision: Precision;
  /** The device in use, for textures of one's own; another one after a recovery. Undefined in a worker and on a CPU. */
  readonly device: GPUDevice | undefined;
  /** A snapshot of what has been measured. */
  readonly stats: Stats;

  /**
   * Registers a picture: all that depends on the source alone is computed once and stays on the GPU. The picture is read when this
   * is called (an image that still loads: when it has), resized to S x S as Pillow does it, and stretched where it is no
   * square. As many sources as fit may be registered at once, and frames may alternate between them at no cost.
   *
   * @param image any picture of a page, raw RGBA bytes, or a GPUTexture of this engine's device
   * @param face 72 points and head pose of the face in the picture, or in the part of it that `crop` names
   * @throws RhoError BAD_INPUT for an empty, huge, tainted or closed picture or a bad face; OUT_OF_MEMORY; DISPOSED; DEVICE_LOST.
   * The signal's reason, an AbortError, where it is aborted.
   */
  setSource(image: ImageInput, face: Face, options?: SetSourceOptions): Promise<RhoSource>;

  /**
   * One frame as S x S RGBA bytes: the source with expression and pose of `face`. It is copied to the CPU, so for a screen give a
   * target instead. No frame is left out. Where there is no ImageData (Node) it is a plain object of the same fields.
   *
   * @throws RhoError BAD_INPUT for a bad face; DISPOSED; DEVICE_LOST.
   */
  reenact(source: RhoSource, face: Face): Promise<ImageData>;
  /**
   * One frame drawn over all of a canvas or texture, without leaving the GPU; ends when the GPU is done. Two frames at most are in
   * flight; of those that wait for the same target only the latest is drawn, so it may be called as often as one likes.
   *
   * @param target a canvas without another context (its pixels are best S x S), or a texture of this engine's device with
   * RENDER_ATTACHMENT or COPY_DST
   * @throws RhoError BAD_INPUT for a bad face or target; DISPOSED; DEVICE_LOST.
   */
  reenact(source: RhoSource, face: Face, target: Target): Promise<FrameOutcome>;

  /**
   * The motion field of the frame that was submitted last (zeros before the first), copied to the CPU: for looking at, not for every
   * frame.
   *
   * @throws RhoError BAD_INPUT where the engine was made without `keepMotion`; DISPOSED; DEVICE_LOST.
   */
  readMotion(): Promise<MotionField>;

  /** Calls `listener` at every event of a kind until the function it returns is called. */
  on<K extends keyof RhoEvents>(event: K, listener: (event: RhoEvents[K]) => void): () => void;

  /**
   * Frees all memory on the GPU and the engine's own device, never the caller's. What is under way ends with DISPOSED, and so does
   * every later call. May be called again.
   */
  dispose(): void;
}
