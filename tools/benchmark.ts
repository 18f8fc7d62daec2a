// What `rho bench` and the benchmark page have in common: nothing here needs Node, or a page.
import { createEngine, type Engine, type EngineOptions, type Model, type Source } from '../src/engine/engine';
import type { Face } from '../src/engine/face';
import type { Picture } from '../src/engine/pictures';
import { scoped } from '../src/gpu/errors';
import { dispatchBytes } from '../src/graph/dispatch';
import type { Precision } from '../src/kernels/kernel';
import type { ColdStart } from '../src/profile/benchmark-result';
import { attachMeter } from '../src/profile/meter';
import { frameTimes, type FrameTimes } from '../src/profile/statistics';

/** A model, the sizes it is to run at, and a device fresh from its adapter. */
export interface MeasuredNetwork {
  readonly model: Model;
  readonly size: number;
  readonly motionSize: number;
  readonly device: GPUDevice;
  readonly precision: Precision;
  /** What the engine is to be made for, and how its variants are chosen. */
  readonly making: Pick<EngineOptions, 'target' | 'tuning' | 'onNote'>;
}

/** A source, and the faces that drive it. */
export interface MeasuredFaces {
  readonly picture: Picture;
  readonly face: Face;
  readonly driving: readonly Face[];
}

export type Phase = 'compiling' | 'checking' | 'frames';

export interface BenchmarkOptions {
  readonly frames: number;
  /** Told the first frame, and throws where it is wrong. */
  readonly check: (first: Picture) => Promise<void>;
  readonly onProgress?: (phase: Phase, done: number, total: number) => void;
  /** Called after each frame that counts, with its milliseconds. */
  readonly onFrame?: (ms: number) => void;
  /** Before the first frame that counts it ends the run with its reason; after it, the run is as long as it got. */
  readonly signal?: AbortSignal | undefined;
}

/** What was measured and counted; the engine and its source are the caller's to go on with, and to dispose of. */
export interface Measured {
  readonly engine: Engine;
  readonly source: Source;
  readonly first: Picture;
  /** Of each frame from writing a face to the end of the frame on the GPU, one frame at a time, without reading it back. */
  readonly times: readonly number[];
  readonly frameMs: FrameTimes;
  /** Of one frame, what registering a source costs left out: multiply-adds and bytes by the program, calls as counted. */
  readonly macs: number;
  readonly bytes: number;
  readonly dispatches: number;
  readonly passes: number;
  readonly submits: number;
  /** The most that all buffers and textures together took, from loading to the last frame. */
  readonly peakGpuBytes: number;
  /** Weights and index tables on the GPU, of frame and registration. */
  readonly weightBytes: number;
  readonly coldStart: Omit<ColdStart, 'loadMs'>;
}

/** Frames run before those that count. */
const WARM_UP = 3;

/** Milliseconds that work takes until the GPU is done. */
async function timed<T>(device: GPUDevice, work: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await work();
  await device.queue.onSubmittedWorkDone();
  return [result, performance.now() - start];
}

/** Times frames of a network: a cold start, `check` on its first frame, warm-up, the frames that count. */
export async function benchmark(
  { model, size, motionSize, device, precision, making }: MeasuredNetwork,
  { picture, face, driving }: MeasuredFaces,
  { frames, check, onProgress, onFrame, signal }: BenchmarkOptions,
): Promise<Measured> {
  const meter = attachMeter(device);
  const compiling = (done: number, total: number): void => onProgress?.('compiling', done, total);
  const [engine, compileMs] = await timed(device, () =>
    createEngine({ device, model, size, motionSize, precision, ...making, onProgress: compiling, signal }),
  );
  const [source, registerMs] = await timed(device, () => engine.setSource(picture, face));
  const frame = (i: number): Promise<void> =>
    scoped(device, 'benchmark', () => engine.submitFrame(source, driving[i % driving.length]!));
  const [, firstFrameMs] = await timed(device, () => frame(0));
  onProgress?.('checking', 0, 1);
  const first = await meter.unmetered(async () => {
    // Reading back and the check take memory of their own.
    const result = await engine.reenact(source, driving[0]!);
    await check(result);
    return result;
  });
  signal?.throwIfAborted();

  const before = meter.counts();
  await frame(0);
  const after = meter.counts();
  for (let i = 1; i < WARM_UP; i++) await frame(i);
  await device.queue.onSubmittedWorkDone();
  signal?.throwIfAborted();
  const times: number[] = [];
  for (let i = 0; i < frames && !(signal?.aborted && i > 0); i++) {
    const [, ms] = await timed(device, () => frame(i));
    times.push(ms);
    onFrame?.(ms);
    onProgress?.('frames', i + 1, frames);
  }
  const { programs } = engine;
  const { dispatches } = programs.frame;
  return {
    engine,
    source,
    first,
    times,
    frameMs: frameTimes(times),
    macs: dispatches.reduce((sum, { macs }) => sum + macs, 0),
    bytes: dispatches.reduce((sum, dispatch) => sum + dispatchBytes(dispatch, precision), 0),
    dispatches: after.dispatches - before.dispatches,
    passes: after.passes - before.passes,
    submits: after.submits - before.submits,
    peakGpuBytes: meter.peakBytes(),
    weightBytes: programs.register.constants.size + programs.frame.constants.size,
    coldStart: { compileMs, registerMs, firstFrameMs },
  };
}

/** Runs frames for so many seconds, or until the signal is aborted; tells of each when it began (seconds) and took (milliseconds). */
export async function sustain(
  engine: Engine,
  source: Source,
  driving: readonly Face[],
  seconds: number,
  onFrame: (atSeconds: number, ms: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const start = performance.now();
  for (let i = 0; performance.now() - start < seconds * 1000 && !signal?.aborted; i++) {
    const at = (performance.now() - start) / 1000;
    const [, ms] = await timed(engine.device, () =>
      scoped(engine.device, 'sustained run', () => engine.submitFrame(source, driving[i % driving.length]!)),
    );
    onFrame(at, ms);
  }
}
