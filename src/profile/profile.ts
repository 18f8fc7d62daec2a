import { RhoError } from '../errors';
import { createTimestamps } from '../gpu/timestamps';
import { dispatchBytes, dispatchShape } from '../graph/dispatch';
import type { BoundProgram } from '../graph/program';
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
  /** Samples taken, and how many of them had a missing stamp: zero or reversed. */
  readonly samples: number;
  readonly missing: number;
  /** How often it ran within one sample, so that the clock's grain does not matter. */
  readonly repeats: number;
}

export interface Profile {
  readonly dispatches: readonly ProfiledDispatch[];
  /** Sum of the medians. Each dispatch ran in a pass of its own, so this is not the time of a frame. */
  readonly sumMs: number;
}

export interface ProfileOptions {
  /** Samples of each dispatch. */
  readonly samples?: number;
  /** A sample lasts at least this long, in milliseconds: a hundred grains of the coarsest clock in use (0.1 ms). */
  readonly sampleMs?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Dispatches repeat at most so often within a sample. */
const MAX_REPEATS = 1000;

/**
 * Times every dispatch of a program in a compute pass of its own, repeated until the clock's grain no longer matters. A
 * dispatch reads nothing that it writes, so repeating it changes nothing. Throws LIMIT without timestamp-query.
 */
export async function profileProgram(bound: BoundProgram, options: ProfileOptions = {}): Promise<Profile> {
  const { samples = 7, sampleMs = 10, onProgress } = options;
  const { device, dispatches, precision } = bound.program;
  if (!device.features.has('timestamp-query'))
    throw new RhoError('LIMIT', 'this adapter has no timestamp-query, so single kernels cannot be timed');
  const timestamps = createTimestamps(device, dispatches.length);
  const repeats = dispatches.map(() => 1);
  const taken: number[][] = dispatches.map(() => []);
  const missing = dispatches.map(() => 0);
  try {
    await sample(bound, repeats, timestamps); // first use is slower
    const first = await sample(bound, repeats, timestamps);
    first.forEach(
      (ms, i) => (repeats[i] = Math.min(Math.ceil(sampleMs / Math.max(ms ?? 0, sampleMs / MAX_REPEATS)), MAX_REPEATS)),
    );
    for (let round = 0; round < samples; round++) {
      (await sample(bound, repeats, timestamps)).forEach((ms, i) => {
        if (ms === undefined) missing[i] = missing[i]! + 1;
        else taken[i]!.push(ms / repeats[i]!);
      });
      onProgress?.(round + 1, samples);
    }
  } finally {
    timestamps.destroy();
  }
  const rows = dispatches.map((dispatch, i) => ({
    layer: dispatch.layer,
    kernel: dispatch.kernel,
    shape: dispatchShape(dispatch),
    workgroups: dispatch.workgroups,
    macs: dispatch.macs,
    bytes: dispatchBytes(dispatch, precision),
    gpuMs: taken[i]!.length > 0 ? median(taken[i]!) : undefined,
    samples,
    missing: missing[i]!,
    repeats: repeats[i]!,
  }));
  return { dispatches: rows, sumMs: rows.reduce((sum, { gpuMs = 0 }) => sum + gpuMs, 0) };
}

async function sample(
  { program, groups, grids }: BoundProgram,
  repeats: readonly number[],
  timestamps: ReturnType<typeof createTimestamps>,
): Promise<(number | undefined)[]> {
  const { device, dispatches, pipelines } = program;
  const encoder = device.createCommandEncoder({ label: 'profile' });
  dispatches.forEach(({ layer }, i) => {
    const pass = encoder.beginComputePass({ label: layer, timestampWrites: timestamps.writes(i) });
    pass.setPipeline(pipelines[i]!);
    pass.setBindGroup(0, groups[i]);
    for (let r = 0; r < repeats[i]!; r++) pass.dispatchWorkgroups(...grids[i]!);
    pass.end();
  });
  timestamps.resolve(encoder);
  device.queue.submit([encoder.finish()]);
  return timestamps.read();
}
