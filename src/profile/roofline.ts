import type { Ceilings } from './ceilings';
import type { Profile, ProfiledDispatch } from './profile';

/** How fast some work went. Undefined where its time is not known. */
export interface Rates {
  /** Floating point operations a second, two a multiply-add. */
  readonly gflops: number | undefined;
  /** GB a second of tensors and constants touched, each once a dispatch. */
  readonly gbPerS: number | undefined;
  /** Share of the sum of all dispatches, 0 to 1. */
  readonly share: number | undefined;
  /** Time that the machine's ceilings allow over time taken; above 1 where the caches hold what memory would have to. */
  readonly roofline: number | undefined;
}

interface Work {
  readonly gpuMs: number | undefined;
  readonly macs: number;
  readonly bytes: number;
}

/** The least milliseconds that the ceilings allow: the larger of operations / peak and bytes / bandwidth. */
export const leastMs = (
  { macs, bytes }: Pick<ProfiledDispatch, 'macs' | 'bytes'>,
  { compute, bandwidth }: Ceilings,
): number => Math.max((2 * macs) / compute, bytes / bandwidth) / 1e6;

function rates(work: Work, least: number, sumMs: number): Rates {
  const { gpuMs, macs, bytes } = work;
  if (gpuMs === undefined) return { gflops: undefined, gbPerS: undefined, share: undefined, roofline: undefined };
  return {
    gflops: (2 * macs) / gpuMs / 1e6,
    gbPerS: bytes / gpuMs / 1e6,
    share: gpuMs / sumMs,
    roofline: least / gpuMs,
  };
}

/** A dispatch with its rates. */
export type DispatchRow = ProfiledDispatch & Rates;

/** All dispatches of one kernel together. */
export interface KernelRow extends Rates {
  readonly kernel: string;
  readonly dispatches: number;
  readonly macs: number;
  readonly bytes: number;
  readonly gpuMs: number | undefined;
}

/** Every dispatch in the order of the program. */
export const dispatchRows = ({ dispatches, sumMs }: Profile, ceilings: Ceilings): DispatchRow[] =>
  dispatches.map((dispatch) => ({ ...dispatch, ...rates(dispatch, leastMs(dispatch, ceilings), sumMs) }));

/** Totals by kernel, slowest first. Dispatches without a time count for nothing but their number. */
export function kernelRows({ dispatches, sumMs }: Profile, ceilings: Ceilings): KernelRow[] {
  const rows = [...new Set(dispatches.map(({ kernel }) => kernel))].map((kernel) => {
    const all = dispatches.filter((dispatch) => dispatch.kernel === kernel);
    const timed = all.filter(({ gpuMs }) => gpuMs !== undefined);
    const sum = (value: (dispatch: ProfiledDispatch) => number): number =>
      timed.reduce((total, dispatch) => total + value(dispatch), 0);
    const work = {
      macs: sum(({ macs }) => macs),
      bytes: sum(({ bytes }) => bytes),
      gpuMs: timed.length > 0 ? sum(({ gpuMs }) => gpuMs!) : undefined,
    };
    const least = sum((dispatch) => leastMs(dispatch, ceilings));
    return { kernel, dispatches: all.length, ...work, ...rates(work, least, sumMs) };
  });
  return rows.sort((a, b) => (b.gpuMs ?? 0) - (a.gpuMs ?? 0));
}
