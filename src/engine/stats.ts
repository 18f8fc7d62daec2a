import { median, p95 } from '../profile/statistics';
import type { CacheOutcome } from './load-weights';

/** What has been measured so far; a snapshot. All times are wall times in milliseconds. */
export interface Stats {
  /** Reading, downloading and checking the weights. */
  readonly loadMs: number;
  /** Of `loadMs`: decoding the weights and checking their checksum. */
  readonly readMs: number;
  readonly downloadedBytes: number;
  readonly cache: CacheOutcome;
  /** Making the programs, compiling shaders, uploading weights. */
  readonly compileMs: number;
  /** Of `compileMs`: our own work on the CPU, which is the graph, its passes and the packing of weights. The rest waits for the driver. */
  readonly planMs: number;
  /** The last registration of a source, until the GPU was done. */
  readonly registerMs: number | undefined;
  /** The first frame, until the GPU was done. */
  readonly firstFrameMs: number | undefined;
  /** Of the last frames (at most 120) but the first: from submission until the GPU was done. */
  readonly frameMs: { readonly median: number; readonly p95: number; readonly frames: number } | undefined;
  /** Frames finished, and frames that later ones took the place of. */
  readonly frames: number;
  readonly skippedFrames: number;
  /** Bytes of GPU memory held at present, and how many of them are weights and tables. */
  readonly gpuBytes: number;
  readonly weightBytes: number;
  /** How often the device was lost and all was rebuilt. */
  readonly recoveries: number;
  /** What the engine does without here, and what tuning dropped and why: sentences for people. */
  readonly notes: readonly string[];
}

const KEPT = 120;

/** Collects what {@link Stats} shows. */
export interface Stopwatch {
  registered(ms: number): void;
  finished(ms: number): void;
  skipped(): void;
  recovered(): void;
  snapshot(gpu: { readonly total: number; readonly constants: number }): Stats;
}

export function createStopwatch(
  cold: Pick<Stats, 'loadMs' | 'readMs' | 'downloadedBytes' | 'cache' | 'compileMs' | 'planMs' | 'notes'>,
): Stopwatch {
  let [frames, skippedFrames, recoveries] = [0, 0, 0];
  let registerMs: number | undefined;
  let firstFrameMs: number | undefined;
  const recent: number[] = [];
  return {
    registered: (ms) => (registerMs = ms),
    finished(ms) {
      if (frames++ === 0) firstFrameMs = ms;
      else recent.push(ms);
      if (recent.length > KEPT) recent.shift();
    },
    skipped: () => skippedFrames++,
    recovered: () => recoveries++,
    snapshot: ({ total, constants }) => ({
      ...cold,
      registerMs,
      firstFrameMs,
      frameMs: recent.length > 0 ? { median: median(recent), p95: p95(recent), frames: recent.length } : undefined,
      frames,
      skippedFrames,
      gpuBytes: total,
      weightBytes: constants,
      recoveries,
    }),
  };
}
