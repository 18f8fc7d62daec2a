import { RhoError } from '../errors';
import type { KernelRow } from './roofline';
import type { FrameTimes } from './statistics';

/** Milliseconds from nothing to the first frame; opening the adapter is left out. */
export interface ColdStart {
  readonly loadMs: number;
  /** Passes, pipelines and upload of the weights. */
  readonly compileMs: number;
  readonly registerMs: number;
  readonly firstFrameMs: number;
}

/** What ran where. */
export interface Surroundings {
  /** Vendor, architecture, device and description, as far as the browser tells. */
  readonly adapter: string;
  /** True where a CPU plays the GPU. */
  readonly isSoftware: boolean;
  /** The browser's user agent. */
  readonly browser: string;
  readonly features: readonly string[];
}

/** The same frames on two clocks. */
export interface GpuTime {
  readonly frames: number;
  /** Between the stamps around a frame's pass, of the frames whose stamps were there. */
  readonly gpuMs: FrameTimes;
  /** From encoding to the end of the work on the GPU. */
  readonly wallMs: FrameTimes;
  /** The grain that all stamps are multiples of, in milliseconds, where there is one. */
  readonly grainMs: number | null;
}

/** A run over a minute or so; a machine that grows warm grows slow. */
export interface Sustained {
  readonly seconds: number;
  readonly frames: number;
  /** Median frame time of each second with a frame, in milliseconds. */
  readonly medians: readonly number[];
}

/** What the checks of a run found. */
export interface Verdict {
  readonly isRight: boolean;
  /** In words: what was compared, and how far apart it was. */
  readonly said: readonly string[];
}

/** How another runtime did on the same frame. */
export interface PeerTime {
  readonly name: string;
  readonly backend: string;
  readonly frameMs: number | null;
  /** Median absolute deviation, milliseconds. */
  readonly madMs: number | null;
  /** Of the image in [-1, 1], from the first one. */
  readonly maxAbsDiff: number | null;
  readonly error?: string | undefined;
}

/** Where the time of a frame lies under the machine's ceilings. */
export interface RooflineResult {
  readonly gflops: number;
  readonly gbPerS: number;
  readonly kernels: readonly KernelRow[];
}

/** All that the benchmark page found in one run: what its files and links hold. */
export interface BenchmarkResult extends Surroundings {
  readonly format: 'rho-benchmark';
  readonly version: 1;
  /** ISO 8601. */
  readonly date: string;
  readonly commit: string | null;
  /** The model by name. */
  readonly weights: string;
  readonly precision: string;
  readonly size: number;
  readonly motionSize: number;
  readonly coldStart: ColdStart;
  /** Of every frame, in order, in milliseconds. */
  readonly times: readonly number[];
  readonly frameMs: FrameTimes;
  /** Of one frame. */
  readonly macs: number;
  readonly bytes: number;
  readonly dispatches: number;
  readonly peakGpuBytes: number;
  readonly weightBytes: number;
  readonly check: Verdict;
  /** Null without timestamp-query. */
  readonly gpu: GpuTime | null;
  readonly sustained: Sustained | null;
  readonly roofline: RooflineResult | null;
  readonly peers: readonly PeerTime[] | null;
  /** What a reader should know: a hidden tab, a run that was stopped. */
  readonly notes: readonly string[];
}

/** A shape that JSON must have; what is said of a value that has not is its path. */
type Shape =
  'number' | 'string' | 'boolean' | readonly [Shape] | { readonly [key: string]: Shape } | { readonly nullable: Shape };

const isNullable = (shape: Shape): shape is { readonly nullable: Shape } =>
  typeof shape === 'object' && 'nullable' in shape;

const FRAME_TIMES: Shape = { median: 'number', p95: 'number', min: 'number', mad: 'number' };

const RESULT: Shape = {
  adapter: 'string',
  isSoftware: 'boolean',
  browser: 'string',
  features: ['string'],
  date: 'string',
  commit: { nullable: 'string' },
  weights: 'string',
  precision: 'string',
  size: 'number',
  motionSize: 'number',
  coldStart: { loadMs: 'number', compileMs: 'number', registerMs: 'number', firstFrameMs: 'number' },
  times: ['number'],
  frameMs: FRAME_TIMES,
  macs: 'number',
  bytes: 'number',
  dispatches: 'number',
  peakGpuBytes: 'number',
  weightBytes: 'number',
  check: { isRight: 'boolean', said: ['string'] },
  gpu: {
    nullable: { frames: 'number', gpuMs: FRAME_TIMES, wallMs: FRAME_TIMES, grainMs: { nullable: 'number' } },
  },
  sustained: { nullable: { seconds: 'number', frames: 'number', medians: ['number'] } },
  roofline: {
    nullable: {
      gflops: 'number',
      gbPerS: 'number',
      kernels: [{ kernel: 'string', dispatches: 'number', macs: 'number', bytes: 'number' }],
    },
  },
  peers: {
    nullable: [
      {
        name: 'string',
        backend: 'string',
        frameMs: { nullable: 'number' },
        madMs: { nullable: 'number' },
        maxAbsDiff: { nullable: 'number' },
      },
    ],
  },
  notes: ['string'],
};

/** The path of the first value that is not as it should be; undefined where all are. */
function misfit(value: unknown, shape: Shape, path: string): string | undefined {
  if (typeof shape === 'string') {
    const fits = typeof value === shape && (shape !== 'number' || Number.isFinite(value));
    return fits ? undefined : path;
  }
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return path;
    for (const [i, item] of value.entries()) {
      const found = misfit(item, (shape as readonly [Shape])[0], `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (isNullable(shape)) return value === null ? undefined : misfit(value, shape.nullable, path);
  if (typeof value !== 'object' || value === null) return path;
  for (const [key, inner] of Object.entries(shape as Readonly<Record<string, Shape>>)) {
    const found = misfit((value as Record<string, unknown>)[key], inner, path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Reads the text of a result. Throws BAD_INPUT saying what is wrong with it. */
export function parseResult(text: string): BenchmarkResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RhoError('BAD_INPUT', 'this is no result of the benchmark: it is not JSON', { cause });
  }
  const { format, version } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (format !== 'rho-benchmark')
    throw new RhoError('BAD_INPUT', 'this is no result of the benchmark: it does not say that it is one');
  if (version !== 1)
    throw new RhoError('BAD_INPUT', `this is a result of version ${String(version)}; this page reads version 1`);
  const path = misfit(value, RESULT, '');
  if (path !== undefined)
    throw new RhoError('BAD_INPUT', `this is a damaged result of the benchmark: "${path}" is missing or wrong`);
  return value as BenchmarkResult;
}

/** The text of a result; numbers with six significant digits, which is more than any clock here has. */
export const writeResult = (result: BenchmarkResult, space?: number): string =>
  JSON.stringify(
    result,
    (_, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value,
    space,
  );

/**
 * What all values are multiples of, if that is a clock's grain: the largest of the steps browsers coarsen to. Null where
 * some value lies between.
 */
export function grainOf(milliseconds: readonly number[]): number | null {
  const isMultiple = (value: number, grain: number): boolean =>
    Math.abs(value / grain - Math.round(value / grain)) < 1e-6 * Math.max(1, value / grain);
  const steps = [1, 0.1, 0.065536, 0.01, 0.001];
  return (milliseconds.length > 2 && steps.find((grain) => milliseconds.every((ms) => isMultiple(ms, grain)))) || null;
}

/** The mean of the last tenth of the seconds' medians over that of the first tenth: 1.2 is a fifth slower at the end. Undefined below two seconds. */
export function slowdown({ medians }: Sustained): number | undefined {
  if (medians.length < 2) return undefined;
  const count = Math.max(1, Math.floor(medians.length / 10));
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return mean(medians.slice(-count)) / mean(medians.slice(0, count));
}
