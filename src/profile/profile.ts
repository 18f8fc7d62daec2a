import { RhoError } from '../errors';
import { createTimestamps, type Timestamps } from '../gpu/timestamps';
import { dispatchBytes, dispatchShape } from '../graph/dispatch';
import { encodeProgram, type BoundProgram } from '../graph/program';
import { median } from './statistics';

export interface ProfiledDispatch {
  /** The layer it computes. */
  readonly layer: string;
  readonly kernel: string;
  /** Channels x height x width in and out. */
  readonly shape: string;
  readonly workgroups: number;
  /** Multiply-adds executed. */
  readonly macs: number;
  /** Bytes of every tensor and constant it touches, each once. */
  readonly bytes: number;
  /** Median of the samples; undefined where every stamp was missing. */
  readonly gpuMs: number | undefined;
  /** Samples taken, and how many of them had a missing stamp: zero, or not after its beginning. */
  readonly samples: number;
  readonly missing: number;
  /** How often it ran within one sample, so that the clock's grain does not matter. */
  readonly repeats: number;
}

/** The program as frames run it: all dispatches in one compute pass. */
export interface ProfiledFrame {
  /** Between the stamps around the pass, median; undefined where all were missing. */
  readonly gpuMs: number | undefined;
  /** From encoding to the end of the work on the GPU, on the CPU's clock, median. */
  readonly wallMs: number;
}

export interface Profile {
  readonly dispatches: readonly ProfiledDispatch[];
  /** Sum of the medians of the dispatches. Each ran in a pass of its own, so this is not the time of a frame. */
  readonly sumMs: number;
  readonly frame: ProfiledFrame;
}

export interface ProfileOptions {
  /** Samples of each dispatch, at most. */
  readonly samples?: number;
  /** A sample lasts at least this long, in milliseconds: a hundred grains of the coarsest clock in use (0.1 ms). */
  readonly sampleMs?: number;
  /** Fewer samples, but three at the least, where they would take longer than this in all, in milliseconds. */
  readonly budgetMs?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Dispatches repeat at most so often within a sample. */
const MAX_REPEATS = 1000;
/** The first guess at repeats comes from a stamp that may be a grain or nothing; each further one from a longer sample. */
const CALIBRATIONS = 3;
const MIN_SAMPLES = 3;

/** Throws LIMIT where the device cannot time single kernels. */
export function requireTimestamps(device: Pick<GPUDevice, 'features'>): void {
  if (!device.features.has('timestamp-query'))
    throw new RhoError('LIMIT', 'this adapter has no timestamp-query, so single kernels cannot be timed');
}

/**
 * Times every dispatch of a program in a compute pass of its own, repeated until the clock's grain no longer matters, and
 * the whole program in one pass. A dispatch reads nothing that it writes, so repeating it changes nothing; but its inputs
 * may still lie in the caches. Throws LIMIT without timestamp-query.
 */
export async function profileProgram(bound: BoundProgram, options: ProfileOptions = {}): Promise<Profile> {
  const { samples = 7, sampleMs = 10, budgetMs = 20_000, onProgress, signal } = options;
  const { device, dispatches, precision } = bound.program;
  requireTimestamps(device);
  const timestamps = createTimestamps(device, dispatches.length);
  const taken: number[][] = dispatches.map(() => []);
  let repeats: readonly number[] = dispatches.map(() => 1);
  let rounds = samples;
  try {
    let sampled = await sample(bound, repeats, timestamps); // first use is slower
    for (let i = 0; i < CALIBRATIONS; i++) {
      sampled = await sample(bound, repeats, timestamps);
      const wanted = repeats.map((count, k) => repeatsFor(sampled[k], count, sampleMs));
      const isEnough = wanted.every((count, k) => count < repeats[k]! * 1.5);
      repeats = wanted;
      if (isEnough) break;
    }
    const roundMs = sampled.reduce<number>((sum, ms) => sum + Math.max(ms ?? 0, sampleMs), 0);
    rounds = Math.max(Math.min(samples, MIN_SAMPLES), Math.min(samples, Math.floor(budgetMs / roundMs)));
    for (let round = 0; round < rounds; round++) {
      signal?.throwIfAborted();
      onProgress?.(round, rounds + 1);
      (await sample(bound, repeats, timestamps)).forEach((ms, i) => {
        if (ms !== undefined && ms > 0) taken[i]!.push(ms / repeats[i]!);
      });
    }
  } finally {
    timestamps.destroy();
  }
  onProgress?.(rounds, rounds + 1);
  const frame = await profileFrame(bound, rounds);
  onProgress?.(rounds + 1, rounds + 1);
  const rows = dispatches.map((dispatch, i) => ({
    layer: dispatch.layer,
    kernel: dispatch.kernel,
    shape: dispatchShape(dispatch),
    workgroups: dispatch.workgroups,
    macs: dispatch.macs,
    bytes: dispatchBytes(dispatch, precision),
    gpuMs: taken[i]!.length > 0 ? median(taken[i]!) : undefined,
    samples: rounds,
    missing: rounds - taken[i]!.length,
    repeats: repeats[i]!,
  }));
  return { dispatches: rows, sumMs: rows.reduce((sum, { gpuMs = 0 }) => sum + gpuMs, 0), frame };
}

/** Repeats that make a sample last `sampleMs`, after one of `count` repeats took `ms`; never fewer than before. */
export function repeatsFor(ms: number | undefined, count: number, sampleMs: number): number {
  const perRepeat = Math.max((ms ?? 0) / count, sampleMs / MAX_REPEATS);
  return Math.min(Math.max(Math.ceil(sampleMs / perRepeat), count), MAX_REPEATS);
}

/** One sample of every dispatch. A submission each, so that no driver's watchdog sees one long submission. */
async function sample(
  { program, groups, grids }: BoundProgram,
  repeats: readonly number[],
  timestamps: Timestamps,
): Promise<(number | undefined)[]> {
  const { device, dispatches, pipelines } = program;
  dispatches.forEach(({ layer }, i) => {
    const encoder = device.createCommandEncoder({ label: layer });
    const pass = encoder.beginComputePass({ label: layer, timestampWrites: timestamps.writes(i) });
    pass.setPipeline(pipelines[i]!);
    pass.setBindGroup(0, groups[i]);
    for (let r = 0; r < repeats[i]!; r++) pass.dispatchWorkgroups(...grids[i]!);
    pass.end();
    device.queue.submit([encoder.finish()]);
  });
  const encoder = device.createCommandEncoder({ label: 'timestamps' });
  timestamps.resolve(encoder);
  device.queue.submit([encoder.finish()]);
  return timestamps.read();
}

async function profileFrame(bound: BoundProgram, samples: number): Promise<ProfiledFrame> {
  const { gpuMs, wallMs } = await sampleFrames(bound, samples);
  return { gpuMs: gpuMs.length > 0 ? median(gpuMs) : undefined, wallMs: median(wallMs) };
}

/** Milliseconds of the same frames on two clocks. */
export interface FrameSamples {
  /** Between the stamps around the pass; frames whose stamps were missing are left out. */
  readonly gpuMs: readonly number[];
  /** From encoding to the end of the work on the GPU. */
  readonly wallMs: readonly number[];
}

/**
 * Runs a program as frames do, all dispatches in one pass, one frame after another. Needs timestamp-query. Ends early where the
 * signal is aborted.
 */
export async function sampleFrames(bound: BoundProgram, count: number, signal?: AbortSignal): Promise<FrameSamples> {
  const { device } = bound.program;
  const timestamps = createTimestamps(device, 1);
  const gpuMs: number[] = [];
  const wallMs: number[] = [];
  try {
    for (let i = 0; i < count && !signal?.aborted; i++) {
      await device.queue.onSubmittedWorkDone();
      const start = performance.now();
      const encoder = device.createCommandEncoder({ label: 'frame' });
      const pass = encoder.beginComputePass({ label: 'frame', timestampWrites: timestamps.writes(0) });
      encodeProgram(pass, bound);
      pass.end();
      timestamps.resolve(encoder);
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      wallMs.push(performance.now() - start);
      const [ms] = await timestamps.read();
      if (ms !== undefined && ms > 0) gpuMs.push(ms);
    }
  } finally {
    timestamps.destroy();
  }
  return { gpuMs, wallMs };
}
