import { scoped } from '../gpu/errors';
import type { Precision } from '../kernels/kernel';
import { median, psnr } from '../profile/statistics';
import { adapterKey, type TuningStore } from '../profile/tune';
import { createEngine, type Engine, type EngineOptions } from './engine';
import type { Face } from './face';
import { defaultMotionSize, type Model } from './model';
import type { Picture } from './pictures';
import { halfOn, type PrecisionChoice } from './support';

/** Peak signal-to-noise ratio, in dB, that a frame in half precision must have against the same in f32. */
export const MIN_PSNR = 45;

/** Goes up whenever kernels change so that old measurements no longer hold. */
const VERSION = 1;
const FRAMES = 5;

type Options = Omit<EngineOptions, 'precision' | 'keep' | 'onProgress'>;

/**
 * What a choice means on a device. `auto` is f32, or, where there is a store for tuning, what is measured: half precision where,
 * with these weights on this device, a frame keeps {@link MIN_PSNR} and takes less time than in f32. The store keeps it for each
 * adapter, size and model; variants are tuned afterwards, for the one that won. Throws what {@link createEngine} throws.
 */
export async function choosePrecision(options: Options, choice: PrecisionChoice): Promise<Precision> {
  const { device, tuning, onNote } = options;
  const half = halfOn(device);
  if (choice === 'f16') {
    if (half === 'packed') onNote?.('this device has no shader-f16: tensors are stored as halves, arithmetic is f32');
    return half;
  }
  return choice === 'auto' && tuning ? measured(options, tuning, half) : 'f32';
}

async function measured(options: Options, tuning: TuningStore, half: Precision): Promise<Precision> {
  const { device, model, size, motionSize = defaultMotionSize(model, size), onNote } = options;
  const adapter = `${adapterKey(device.adapterInfo)}, precision`;
  const key = `${half} ${options.target ?? 'auto'} ${size} ${motionSize} ${fingerprint(model)}`;
  const known = parseChoices(await tuning.load(adapter), adapter);
  const chosen = known.get(key);
  if (chosen === half || chosen === 'f32') return chosen as Precision;
  const plain = { ...options, tuning: undefined };
  const reference = await trial(plain, 'f32');
  const candidate = await trial(plain, half).catch((error: unknown) => {
    options.signal?.throwIfAborted();
    onNote?.(`${half} was dropped: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  const best = candidate && isBetter(candidate, reference) ? half : 'f32';
  if (candidate && best === 'f32') {
    const quality = psnr(candidate.frame, reference.frame).toFixed(1);
    const times = `${candidate.ms.toFixed(2)} ms a frame, f32 ${reference.ms.toFixed(2)} ms`;
    onNote?.(`f32 was chosen over ${half}: PSNR ${quality} dB, ${times}`);
  }
  known.set(key, best);
  await tuning.save(adapter, JSON.stringify({ version: VERSION, adapter, choices: Object.fromEntries(known) }));
  return best;
}

interface Trial {
  readonly frame: Picture['data'];
  /** Median of a few frames, one after another. */
  readonly ms: number;
}

const isBetter = (candidate: Trial, reference: Trial): boolean =>
  psnr(candidate.frame, reference.frame) >= MIN_PSNR && candidate.ms < reference.ms;

async function trial(options: Options, precision: Precision): Promise<Trial> {
  const engine = await createEngine({ ...options, precision });
  try {
    const source = await engine.setSource(testPicture(engine.size), TEST_FACES[0]);
    const { data } = await engine.reenact(source, TEST_FACES[1]);
    const times: number[] = [];
    for (let i = 0; i < FRAMES; i++)
      times.push(await timeFrame(engine, () => engine.submitFrame(source, TEST_FACES[1])));
    return { frame: data, ms: median(times) };
  } finally {
    engine.dispose();
  }
}

async function timeFrame({ device }: Engine, submit: () => void): Promise<number> {
  const start = performance.now();
  await scoped(device, 'measuring a frame', submit);
  await device.queue.onSubmittedWorkDone();
  return performance.now() - start;
}

/** Smooth shades with an edge in them. */
function testPicture(size: number): Picture {
  const data = new Uint8ClampedArray(4 * size * size);
  for (let y = 0, i = 0; y < size; y++)
    for (let x = 0; x < size; x++, i += 4) {
      const [u, v] = [x / size, y / size];
      const isInside = (u - 0.5) ** 2 + (v - 0.5) ** 2 < 0.1;
      data.set([255 * u, 255 * v, isInside ? 200 : 127 + 100 * Math.sin(9 * u + 5 * v), 255], i);
    }
  return { width: size, height: size, data };
}

/** No faces, but as many points where faces have some; the second is turned and moved a little. */
const TEST_FACES = [0, 1].map((turn): Face => {
  const landmarks = Array.from({ length: 72 }, (_, k) => {
    const radius = 0.15 + 0.05 * (k % 7);
    return [radius * Math.cos(k + turn / 5), radius * Math.sin(k + turn / 5) + turn / 20];
  }).flat();
  return { landmarks, headPose: [0, turn / 5, 0, turn / 20, 0, 1] };
}) as [Face, Face];

/** Tells models apart, not forgers: how many parameters, and the sum of the first of each tensor. */
function fingerprint({ rendering, motion }: Model): string {
  let [count, sum] = [0, 0];
  for (const { data } of [...rendering.values(), ...motion.values()]) {
    count += data.length;
    sum += data[0] ?? 0;
  }
  return `${count} ${sum.toPrecision(8)}`;
}

function parseChoices(text: string | undefined, adapter: string): Map<string, unknown> {
  try {
    const parsed = JSON.parse(text ?? 'null') as { version?: unknown; adapter?: unknown; choices?: unknown } | null;
    if (parsed?.version === VERSION && parsed.adapter === adapter)
      return new Map(Object.entries(parsed.choices as object));
  } catch {
    // Another hand wrote it: measured anew.
  }
  return new Map();
}
