import { slowdown, type BenchmarkResult } from './benchmark-result';
import { short } from './short';

/** One figure of two results. */
export interface ComparedFigure {
  readonly label: string;
  readonly before: string;
  readonly after: string;
  /** Second over first; undefined where either is missing. */
  readonly ratio: number | undefined;
  /** Better, worse or neither; within what the spread of both explains it is neither. */
  readonly verdict: 'better' | 'worse' | 'same';
}

interface Figure {
  readonly label: string;
  readonly of: (result: BenchmarkResult) => number | undefined;
  readonly unit: string;
  /** Relative: how far values may be apart by chance. */
  readonly spread: (result: BenchmarkResult) => number;
}

const none = (): number => 0;
/** What was timed once may be off by this much. */
const ONCE = 0.1;
/** Three deviations of the median: beyond it chance is a poor explanation. */
const frameSpread = ({ frameMs }: BenchmarkResult): number => (3 * frameMs.mad) / frameMs.median;

const FIGURES: readonly Figure[] = [
  { label: 'Frame, median', of: ({ frameMs }) => frameMs.median, unit: 'ms', spread: frameSpread },
  { label: 'Frame, p95', of: ({ frameMs }) => frameMs.p95, unit: 'ms', spread: frameSpread },
  { label: 'Frame, fastest', of: ({ frameMs }) => frameMs.min, unit: 'ms', spread: frameSpread },
  { label: 'Spread (MAD)', of: ({ frameMs }) => frameMs.mad, unit: 'ms', spread: () => Infinity },
  { label: 'GPU time', of: ({ gpu }) => gpu?.gpuMs.median, unit: 'ms', spread: frameSpread },
  { label: 'Load', of: ({ coldStart }) => coldStart.loadMs, unit: 'ms', spread: () => ONCE },
  { label: 'Compile', of: ({ coldStart }) => coldStart.compileMs, unit: 'ms', spread: () => ONCE },
  { label: 'Register', of: ({ coldStart }) => coldStart.registerMs, unit: 'ms', spread: () => ONCE },
  { label: 'First frame', of: ({ coldStart }) => coldStart.firstFrameMs, unit: 'ms', spread: () => ONCE },
  {
    label: 'Slower at the end',
    of: ({ sustained }) => (sustained ? slowdown(sustained) : undefined),
    unit: 'x',
    spread: () => 0.05,
  },
  { label: 'Multiply-adds', of: ({ macs }) => macs / 1e9, unit: 'G', spread: none },
  { label: 'Memory traffic', of: ({ bytes }) => bytes / 1e6, unit: 'MB', spread: none },
  { label: 'Dispatches', of: ({ dispatches }) => dispatches, unit: '', spread: none },
  { label: 'GPU memory', of: ({ peakGpuBytes }) => peakGpuBytes / 1e6, unit: 'MB', spread: none },
];

/** The figures of two results side by side, less being better for each. */
export function compareResults(before: BenchmarkResult, after: BenchmarkResult): ComparedFigure[] {
  return FIGURES.map(({ label, of, unit, spread }) => {
    const [a, b] = [of(before), of(after)];
    const text = (value: number | undefined): string =>
      value === undefined ? '-' : `${Number.isInteger(value) ? value : short(value)} ${unit}`.trim();
    const ratio = a !== undefined && b !== undefined && a > 0 ? b / a : undefined;
    const noise = Math.max(spread(before), spread(after));
    const isSame = ratio === undefined || Math.abs(ratio - 1) <= noise;
    return { label, before: text(a), after: text(b), ratio, verdict: isSame ? 'same' : ratio < 1 ? 'better' : 'worse' };
  });
}

/** What makes a comparison unfair, in words: results of other machines, sizes or precisions. */
export function comparisonWarnings(a: BenchmarkResult, b: BenchmarkResult): string[] {
  const differ = (label: string, of: (result: BenchmarkResult) => string | number): string[] =>
    of(a) === of(b) ? [] : [`${label} differs: ${of(a)} and ${of(b)}`];
  return [
    ...differ('GPU', ({ adapter }) => adapter),
    ...differ('browser', ({ browser }) => browser),
    ...differ('size', ({ size }) => size),
    ...differ('motion size', ({ motionSize }) => motionSize),
    ...differ('precision', ({ precision }) => precision),
    ...differ('weights', ({ weights }) => weights),
    ...[a, b].flatMap(({ check }, i) =>
      check.isRight ? [] : [`the ${['first', 'second'][i]} result failed its check`],
    ),
  ];
}
