import { checkModel, type Engine, type Source } from '../../src/engine/engine';
import { defaultMotionSize } from '../../src/engine/model';
import { choosePrecision } from '../../src/engine/choose-precision';
import {
  grainOf,
  type BenchmarkResult,
  type GpuTime,
  type PeerTime,
  type RooflineResult,
  type Sustained,
  type Verdict,
} from '../../src/profile/benchmark-result';
import { measureCeilings } from '../../src/profile/ceilings';
import { profileProgram, sampleFrames } from '../../src/profile/profile';
import { kernelRows } from '../../src/profile/roofline';
import { frameTimes, median } from '../../src/profile/statistics';
import { benchmark, sustain, type MeasuredFaces } from '../../tools/benchmark';
import { loadBundled } from './bundled-faces';
import { judgeFrame } from './check-frame';
import { COMMIT } from './commit';
import { isAbort } from './explain';
import { loadNetwork } from './load-network';
import type { NetworkChoice } from './network-choice';
import { openDevice, type OpenedDevice } from './open-device';
import { watchVisibility } from './watch-visibility';
import type { PeerId } from './run-peers';

/** What a run is to do. */
export interface RunChoice extends NetworkChoice {
  readonly frames: number;
  readonly withRoofline: boolean;
  /** Zero for no sustained run. */
  readonly sustainedSeconds: number;
  readonly peers: readonly PeerId[];
}

export interface RunEvents {
  /** What is being done, and how much of it is done, where that is known. */
  readonly onPhase: (text: string, done?: number, total?: number) => void;
  readonly onFrame: (number: number, ms: number) => void;
  readonly onSustainedFrame: (atSeconds: number, ms: number) => void;
  readonly onVisibility: (isHidden: boolean) => void;
}

export interface Run {
  readonly result: BenchmarkResult;
  /** The first frame. */
  readonly image: ImageData;
}

/** Frames whose GPU time is taken. */
const STAMPED_FRAMES = 30;

/**
 * One run of the benchmark. The signal stops it: with its reason before there is a frame, else after what was measured so far.
 * Throws what any step of it throws, DEVICE_LOST among it.
 */
export async function runBenchmark(choice: RunChoice, events: RunEvents, signal: AbortSignal): Promise<Run> {
  events.onPhase('Loading the weights');
  const endOfWatch = watchVisibility(events.onVisibility);
  let opened: OpenedDevice | undefined;
  try {
    const [faces, network] = await Promise.all([loadBundled(), loadNetwork(choice.weights, signal)]);
    const { size, motionSize = defaultMotionSize(network.model, size) } = choice;
    checkModel(network.model, size, motionSize);
    opened = await openDevice();
    const { device, whileAlive } = opened;
    const precision = await choosePrecision({ device, model: network.model, size, motionSize }, choice.precision);
    let check: Verdict = { isRight: false, said: [] };
    const measured = await whileAlive(
      benchmark({ model: network.model, size, motionSize, device, precision, making: {} }, faces, {
        frames: choice.frames,
        signal,
        async check(result) {
          const { picture, face, driving } = faces;
          const frame = { model: network.model, size, motionSize, precision, picture, face, driving: driving[0]! };
          check = await judgeFrame(device, { ...frame, result }, network.id, faces);
        },
        onProgress: (phase, done, total) => events.onPhase(PHASES[phase], done, total),
        onFrame: numbered(events.onFrame),
      }),
    );
    const { engine, source } = measured;
    const notes = measured.times.length < choice.frames ? ['the run was stopped'] : [];
    const gpu = await whileAlive(stampFrames(engine, source, choice.frames, events, signal));
    const sustained = await whileAlive(runSustained(engine, source, faces, choice.sustainedSeconds, events, signal));
    const roofline = choice.withRoofline ? await whileAlive(measureRoofline(engine, source, events, signal)) : null;
    engine.dispose();
    opened.close();
    const peers = await timePeers(choice, { model: network.model, size, motionSize, faces }, events, signal);
    const hidden = endOfWatch();
    const { data, width } = measured.first;
    const result: BenchmarkResult = {
      format: 'rho-benchmark',
      version: 1,
      date: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      commit: COMMIT,
      ...opened.surroundings,
      weights: choice.weights.name,
      precision,
      size,
      motionSize,
      coldStart: { loadMs: network.loadMs, ...measured.coldStart },
      times: measured.times,
      frameMs: measured.frameMs,
      macs: measured.macs,
      bytes: measured.bytes,
      dispatches: measured.dispatches,
      peakGpuBytes: measured.peakGpuBytes,
      weightBytes: measured.weightBytes,
      check,
      gpu,
      sustained,
      roofline,
      peers,
      notes: hidden === undefined ? notes : [...notes, hidden],
    };
    return { result, image: new ImageData(Uint8ClampedArray.from(data), width) };
  } finally {
    endOfWatch();
    opened?.close();
  }
}

const PHASES = {
  compiling: 'Compiling kernels',
  checking: 'Checking the first frame',
  frames: 'Timing frames',
} as const;

function numbered(onFrame: RunEvents['onFrame']): (ms: number) => void {
  let number = 0;
  return (ms) => onFrame(++number, ms);
}

async function stampFrames(
  engine: Engine,
  source: Source,
  frames: number,
  { onPhase }: RunEvents,
  signal: AbortSignal,
): Promise<GpuTime | null> {
  if (!engine.device.features.has('timestamp-query') || signal.aborted) return null;
  onPhase('Timing frames on the GPU’s clock');
  const { gpuMs, wallMs } = await sampleFrames(engine.boundFrame(source), Math.min(frames, STAMPED_FRAMES), signal);
  if (gpuMs.length === 0) return null;
  return { frames: gpuMs.length, gpuMs: frameTimes(gpuMs), wallMs: frameTimes(wallMs), grainMs: grainOf(gpuMs) };
}

async function runSustained(
  engine: Engine,
  source: Source,
  { driving }: MeasuredFaces,
  seconds: number,
  { onPhase, onSustainedFrame }: RunEvents,
  signal: AbortSignal,
): Promise<Sustained | null> {
  if (seconds === 0 || signal.aborted) return null;
  const bySecond = new Map<number, number[]>();
  let [frames, end] = [0, 0];
  await sustain(
    engine,
    source,
    driving,
    seconds,
    (at, ms) => {
      const second = Math.floor(at);
      bySecond.set(second, [...(bySecond.get(second) ?? []), ms]);
      frames++;
      end = at + ms / 1000;
      onPhase('Sustained run', Math.min(at, seconds), seconds);
      onSustainedFrame(at, ms);
    },
    signal,
  );
  return frames === 0 ? null : { seconds: end, frames, medians: [...bySecond.values()].map(median) };
}

async function measureRoofline(
  engine: Engine,
  source: Source,
  { onPhase }: RunEvents,
  signal: AbortSignal,
): Promise<RooflineResult | null> {
  if (!engine.device.features.has('timestamp-query') || signal.aborted) return null;
  onPhase('Measuring the ceilings of this machine');
  try {
    const ceilings = await measureCeilings(engine.device, engine.precision);
    const onProgress = (done: number, total: number): void => onPhase('Timing kernels', done, total);
    const profile = await profileProgram(engine.boundFrame(source), { onProgress, signal });
    return { gflops: ceilings.compute, gbPerS: ceilings.bandwidth, kernels: kernelRows(profile, ceilings) };
  } catch (error) {
    if (isAbort(error)) return null;
    throw error;
  }
}

interface PeerInputs {
  readonly model: Awaited<ReturnType<typeof loadNetwork>>['model'];
  readonly size: number;
  readonly motionSize: number;
  readonly faces: MeasuredFaces;
}

async function timePeers(
  { peers, frames }: RunChoice,
  inputs: PeerInputs,
  { onPhase }: RunEvents,
  signal: AbortSignal,
): Promise<PeerTime[] | null> {
  if (peers.length === 0 || signal.aborted) return null;
  onPhase('Loading the peers');
  const { runPeers } = await import('./run-peers');
  return runPeers(inputs, peers, frames, (what) => onPhase(`Peers: ${what}`), signal);
}
