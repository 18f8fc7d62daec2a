import type { Precision } from '../src/kernels/kernel';
import type { Profile, ProfiledFrame } from '../src/profile/profile';
import type { DispatchRow, KernelRow, Rates } from '../src/profile/roofline';
import { percent, short } from '../src/profile/short';
import { pairTable, textTable, type Column } from './table';

/** What `rho profile --json` prints. */
export interface ProfileReport {
  readonly adapter: string;
  readonly precision: Precision;
  readonly size: number;
  readonly motionSize: number;
  readonly commit: string | null;
  /** Measured on the spot. */
  readonly ceilings: { readonly gflops: number; readonly gbPerS: number };
  /** The frame in one pass, beside the sum of its dispatches in a pass each. */
  readonly frame: ProfiledFrame & { readonly sumMs: number };
  /** Slowest first. */
  readonly kernels: readonly KernelRow[];
  /** In the order of the program. */
  readonly dispatches: readonly DispatchRow[];
}

/** The profile that a report was made of. */
export const profileOf = ({ dispatches, frame }: ProfileReport): Profile => ({
  dispatches,
  sumMs: frame.sumMs,
  frame: { gpuMs: frame.gpuMs, wallMs: frame.wallMs },
});

/** What a profile is of, in a line. */
export const profileTitle = ({ size, motionSize, precision, adapter }: ProfileReport): string =>
  `rho ${size} / ${motionSize} ${precision}, ${adapter}`;

/** Columns of {@link measures}. */
export const RATES: readonly Column[] = ['ms', 'GFLOP/s', 'GB/s', 'roofline'].map((title) => ({
  title,
  align: 'right',
}));
const SHARE: Column = { title: 'time', align: 'right' };

type Measured = Omit<Rates, 'share'> & { readonly gpuMs: number | undefined };

export const measures = ({ gpuMs, gflops, gbPerS, roofline }: Measured): string[] => [
  short(gpuMs),
  short(gflops),
  short(gbPerS),
  percent(roofline),
];

/** The report as tables: head, dispatches, kernels. */
export function describeProfile(report: ProfileReport): string {
  const { ceilings, frame, kernels, dispatches } = report;
  const missing = dispatches.reduce((sum, row) => sum + row.missing, 0);
  const head = pairTable([
    ['adapter', report.adapter],
    ['commit', report.commit ?? 'none'],
    ['network', `size ${report.size}, motion size ${report.motionSize}, ${report.precision}`],
    ['ceilings', `${short(ceilings.gflops)} GFLOP/s, ${short(ceilings.gbPerS)} GB/s, measured on the spot`],
    ['frame', `${short(frame.gpuMs)} ms on the GPU in one pass, ${short(frame.wallMs)} ms by the clock`],
    ['kernels', `${short(frame.sumMs)} ms, the sum of ${dispatches.length} dispatches in a pass each`],
    ['difference', sumDiffers(frame)],
    ['stamps', `${missing} of ${dispatches.reduce((sum, row) => sum + row.samples, 0)} missing`],
  ]);
  const byDispatch = textTable(
    [{ title: 'layer' }, { title: 'kernel' }, { title: 'shape' }, SHARE, ...RATES],
    dispatches.map((row) => [row.layer, row.kernel, row.shape, percent(row.share), ...measures(row)]),
  );
  const byKernel = textTable(
    [{ title: 'kernel' }, { title: 'dispatches', align: 'right' }, SHARE, ...RATES],
    kernels.map((row) => [row.kernel, `${row.dispatches}`, percent(row.share), ...measures(row)]),
  );
  return [head, byDispatch, byKernel].join('\n\n');
}

/** What a pass each costs or hides: positive where the sum of kernels exceeds the frame. */
export function sumDiffers({ gpuMs, sumMs }: ProfileReport['frame']): string {
  if (gpuMs === undefined) return 'unknown: the stamps around the frame are missing';
  const ratio = sumMs / gpuMs - 1;
  return `the sum is ${Math.abs(ratio * 100).toFixed(1)} % ${ratio >= 0 ? 'above' : 'below'} the frame: profiling changes what it times`;
}
