import { median, medianDeviation } from '../../src/profile/statistics';
import type { Contestant } from './peer';

export interface MeasureOptions {
  /** Timed frames of each contestant. */
  readonly frames: number;
  /** Timed frames of those that are slower than {@link SLOW_MS}, the second frame of all among them. */
  readonly peerFrames: number;
  /** Called with what is being done. */
  readonly onProgress: (what: string) => void;
}

/** What `--json` prints of each contestant. Differences are those of the image in [-1, 1] from ours. */
export interface PeerRow {
  readonly id: string;
  readonly name: string;
  readonly backend: string;
  /** Median; null where it failed. */
  readonly frameMs: number | null;
  readonly minMs: number | null;
  /** Median absolute deviation. */
  readonly madMs: number | null;
  readonly frames: number;
  /** Null for the reference itself, and where either failed. */
  readonly maxAbsDiff: number | null;
  readonly meanAbsDiff: number | null;
  /** Null where no WebGPU device is used. */
  readonly peakGpuBytes: number | null;
  /** A frame's. */
  readonly dispatches: number | null;
  /** Loading, compiling and a first frame. */
  readonly openMs: number | null;
  readonly error?: string;
}

/** Turns that contestants take: what the machine does meanwhile then falls on all of them. */
const ROUNDS = 5;
const SLOW_MS = 1000;

interface Entry {
  readonly contestant: Contestant;
  readonly times: number[];
  openMs?: number;
  isSlow?: boolean;
  dispatches?: number | undefined;
  peakBytes?: number | undefined;
  image?: Float32Array;
  error?: string;
}

/**
 * Opens every contestant, lets them take turns, and compares their images with that of the first one that works. One that
 * fails is a row with its error.
 */
export async function measure(contestants: readonly Contestant[], options: MeasureOptions): Promise<PeerRow[]> {
  const entries = contestants.map((contestant): Entry => ({ contestant, times: [] }));
  const each = async (what: string, work: (entry: Entry) => Promise<void>): Promise<void> => {
    for (const entry of entries) {
      if (entry.error !== undefined) continue;
      options.onProgress(`${what}: ${entry.contestant.id}`);
      await work(entry).catch((error: unknown) => (entry.error = firstLine(error)));
    }
  };
  await each('opening', open);
  for (let round = 0; round < ROUNDS; round++)
    await each(`round ${round + 1} of ${ROUNDS}`, (entry) => takeTurn(entry, round, options));
  await each('comparing', async (entry) => {
    entry.peakBytes = (await entry.contestant.counts())?.peakBytes;
    const image = await entry.contestant.image();
    if (!image.every(Number.isFinite)) throw new Error('its image holds values that are not finite');
    entry.image = image;
  });
  for (const { contestant } of entries) await contestant.close().catch(() => undefined);
  const reference = entries.find(({ image }) => image !== undefined);
  return entries.map((entry) => rowOf(entry, entry === reference ? undefined : reference?.image));
}

async function open(entry: Entry): Promise<void> {
  const { contestant } = entry;
  const start = performance.now();
  await contestant.open();
  entry.openMs = performance.now() - start;
  const before = await contestant.counts();
  const ms = (await contestant.time(1))[0]!;
  const after = await contestant.counts();
  entry.dispatches = after && after.dispatches - before!.dispatches;
  entry.isSlow = ms > SLOW_MS;
  // Its second frame; nobody waits for more of them than asked for.
  if (entry.isSlow) entry.times.push(ms);
}

async function takeTurn(entry: Entry, round: number, { frames, peerFrames }: MeasureOptions): Promise<void> {
  const { contestant, times, isSlow } = entry;
  const total = isSlow ? Math.min(peerFrames, frames) - 1 : frames;
  const count = Math.floor(((round + 1) * total) / ROUNDS) - Math.floor((round * total) / ROUNDS);
  if (count === 0) return;
  // The frame after a pause finds cold caches and low clocks; for a slow one that is nothing.
  if (!isSlow) await contestant.time(1);
  times.push(...(await contestant.time(count)));
}

function rowOf(entry: Entry, reference: Float32Array | undefined): PeerRow {
  const { contestant, times, error, image, openMs, dispatches, peakBytes } = entry;
  const { id, name, backend } = contestant;
  const isTimed = error === undefined && times.length > 0;
  const difference = image && reference && differenceOf(image, reference);
  return {
    id,
    name,
    backend,
    frameMs: isTimed ? median(times) : null,
    minMs: isTimed ? Math.min(...times) : null,
    madMs: isTimed ? medianDeviation(times) : null,
    frames: times.length,
    maxAbsDiff: difference?.max ?? null,
    meanAbsDiff: difference?.mean ?? null,
    peakGpuBytes: peakBytes ?? null,
    dispatches: dispatches ?? null,
    openMs: openMs ?? null,
    ...(error === undefined ? {} : { error }),
  };
}

function differenceOf(a: Float32Array, b: Float32Array): { max: number; mean: number } {
  if (a.length !== b.length) throw new Error(`${a.length} values instead of ${b.length}`);
  let [max, sum] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    sum += difference;
    max = Math.max(max, difference);
  }
  return { max, mean: sum / a.length };
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0]!;
}
