import { createEngine } from '../src/engine/engine';
import type { Picture } from '../src/engine/pictures';
import { scoped } from '../src/gpu/errors';
import { dispatchBytes } from '../src/graph/dispatch';
import type { Precision } from '../src/kernels/kernel';
import { attachMeter } from '../src/profile/meter';
import { frameTimes, type FrameTimes } from '../src/profile/statistics';
import type { Bundled } from './bundled';
import { currentCommit } from './commit';
import type { OpenedNetwork } from './network-flags';
import { progressBar } from './progress';

/** What `rho bench --json` prints. */
export interface Benchmark {
  readonly adapter: string;
  readonly precision: Precision;
  readonly size: number;
  readonly motionSize: number;
  readonly frames: number;
  /** From writing a face to the end of the frame on the GPU, one frame at a time, without reading it back. */
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
  readonly coldStart: ColdStart;
  readonly commit: string | null;
}

/** Milliseconds from nothing to the first frame; opening the adapter is left out. */
export interface ColdStart {
  readonly loadMs: number;
  /** Passes, pipelines and upload of the weights. */
  readonly compileMs: number;
  readonly registerMs: number;
  readonly firstFrameMs: number;
}

/** Frames run before those that count. */
const WARM_UP = 3;

/**
 * Times frames of a network on a device fresh from the adapter: a cold start, `check` on its first frame, warm-up, `frames`
 * frames. `check` throws where the frame is wrong.
 */
export async function benchmark(
  { model, loadMs, size, motionSize, device, precision, making, adapter }: OpenedNetwork,
  { picture, face, driving }: Bundled,
  frames: number,
  check: (first: Picture) => Promise<void>,
): Promise<Benchmark> {
  const meter = attachMeter(device);
  const timed = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
    const start = performance.now();
    const result = await work();
    await device.queue.onSubmittedWorkDone();
    return [result, performance.now() - start];
  };
  const compiling = progressBar('compiling');
  const [engine, compileMs] = await timed(() =>
    createEngine({ device, model, size, motionSize, precision, ...making, onProgress: compiling }),
  );
  const [source, registerMs] = await timed(() => engine.setSource(picture, face));
  const frame = (i: number): Promise<void> =>
    scoped(device, 'benchmark', () => engine.submitFrame(source, driving[i % driving.length]!));
  const [, firstFrameMs] = await timed(() => frame(0));
  // Reading back and the check take memory of their own.
  await meter.unmetered(async () => check(await engine.reenact(source, driving[0]!)));

  const before = meter.counts();
  await frame(0);
  const after = meter.counts();
  for (let i = 1; i < WARM_UP; i++) await frame(i);
  await device.queue.onSubmittedWorkDone();
  const onProgress = progressBar('frames');
  const times: number[] = [];
  for (let i = 0; i < frames; i++) {
    const [, ms] = await timed(() => frame(i));
    times.push(ms);
    onProgress(i + 1, frames);
  }
  const { programs } = engine;
  const { dispatches } = programs.frame;
  const result = {
    adapter,
    precision,
    size,
    motionSize,
    frames,
    frameMs: frameTimes(times),
    macs: dispatches.reduce((sum, { macs }) => sum + macs, 0),
    bytes: dispatches.reduce((sum, dispatch) => sum + dispatchBytes(dispatch, precision), 0),
    dispatches: after.dispatches - before.dispatches,
    passes: after.passes - before.passes,
    submits: after.submits - before.submits,
    peakGpuBytes: meter.peakBytes(),
    weightBytes: programs.register.constants.size + programs.frame.constants.size,
    coldStart: { loadMs, compileMs, registerMs, firstFrameMs },
    commit: currentCommit(),
  };
  engine.dispose();
  return result;
}
