import { slowdown, type BenchmarkResult, type GpuTime } from './benchmark-result';
import { percent, short } from './short';

const ms = (value: number | null): string => (value === null ? '-' : `${short(value)} ms`);

/** Frames a second, one after another. */
export const framesPerSecond = ({ frameMs }: Pick<BenchmarkResult, 'frameMs'>): number => 1000 / frameMs.median;

/** What the two clocks of the same frames say of each other. */
export function clocksDiffer({ gpuMs, wallMs, grainMs }: GpuTime): string {
  const ratio = wallMs.median / gpuMs.median - 1;
  const said =
    ratio >= 0
      ? `wall time is ${percent(ratio)} above GPU time: recording, submitting and waiting lie between`
      : `GPU time is ${percent(1 / (1 + ratio) - 1)} above wall time: the stamps are not to be trusted here`;
  const grain = grainMs === null ? '' : `; GPU times are multiples of ${short(grainMs)} ms, the clock's grain`;
  return said + grain;
}

/** Whether a longer run became slower. */
export function sustainedText({ sustained }: Pick<BenchmarkResult, 'sustained'>): string {
  if (!sustained) return 'not run';
  const ratio = slowdown(sustained);
  const run = `${sustained.frames} frames in ${short(sustained.seconds)} s`;
  if (ratio === undefined) return `${run}: too few to compare beginning and end`;
  const change = `${percent(Math.abs(ratio - 1))} ${ratio >= 1 ? 'slower' : 'faster'} at the end than at the beginning`;
  return `${run}: ${change}${ratio > 1.1 ? ', so the machine throttles or is busy' : ''}`;
}

/** A result as labels and texts. The page, its Markdown and comparisons all show these. */
export function resultPairs(result: BenchmarkResult): [label: string, text: string][] {
  const { frameMs, coldStart, gpu, times, macs, bytes } = result;
  return [
    ['GPU', `${result.adapter}${result.isSoftware ? ' (software: a CPU plays the GPU)' : ''}`],
    ['Browser', result.browser],
    ['Network', `${result.weights}, size ${result.size}, motion size ${result.motionSize}, ${result.precision}`],
    ['Frame', `${ms(frameMs.median)} median of ${times.length}, ${short(framesPerSecond(result))} fps`],
    ['Spread', `p95 ${ms(frameMs.p95)}, min ${ms(frameMs.min)}, MAD ${ms(frameMs.mad)}`],
    [
      'GPU time',
      gpu
        ? `${ms(gpu.gpuMs.median)} of ${ms(gpu.wallMs.median)} wall time, ${gpu.frames} frames; ${clocksDiffer(gpu)}`
        : 'unknown: this adapter has no timestamps',
    ],
    [
      'Cold start',
      `load ${ms(coldStart.loadMs)}, compile ${ms(coldStart.compileMs)}, register ${ms(coldStart.registerMs)}, first frame ${ms(coldStart.firstFrameMs)}`,
    ],
    [
      'Work a frame',
      `${short(macs / 1e9)} G multiply-adds, ${short(bytes / 1e6)} MB, ${result.dispatches} dispatches; ${short((2 * macs) / frameMs.median / 1e6)} GFLOP/s, ${short(bytes / frameMs.median / 1e6)} GB/s`,
    ],
    [
      'GPU memory',
      `${short(result.peakGpuBytes / 1e6)} MB at most, ${short(result.weightBytes / 1e6)} MB of it weights`,
    ],
    ['Sustained', sustainedText(result)],
    ['Check', `${result.check.isRight ? 'right' : 'WRONG'}: ${result.check.said.join('; ')}`],
    ...(result.roofline
      ? [
          [
            'Ceilings',
            `${short(result.roofline.gflops)} GFLOP/s, ${short(result.roofline.gbPerS)} GB/s, measured on the spot`,
          ] as [string, string],
        ]
      : []),
    ...(result.notes.length > 0 ? [['Notes', result.notes.join('; ')] as [string, string]] : []),
    ['Measured', `${result.date}, commit ${result.commit ?? 'none'}`],
  ];
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A result as Markdown, for pasting into a discussion. */
export function resultMarkdown(result: BenchmarkResult): string {
  const lines = [
    `**rho-webgpu: ${ms(result.frameMs.median)} a frame (${short(framesPerSecond(result))} fps) at ${result.size}, ${result.precision}**`,
    '',
    '| | |',
    '| --- | --- |',
    ...resultPairs(result).map(([label, text]) => `| ${label} | ${cell(text)} |`),
  ];
  if (result.peers) {
    lines.push(
      '',
      '| runtime | back end | ms a frame | against the first | difference |',
      '| --- | --- | --: | --: | --: |',
    );
    const first = result.peers[0]?.frameMs;
    for (const { name, backend, frameMs, maxAbsDiff, error } of result.peers) {
      const ratio = frameMs !== null && first ? `${short(frameMs / first)} x` : '-';
      const time = error === undefined ? short(frameMs ?? undefined) : `failed: ${cell(error)}`;
      lines.push(`| ${name} | ${cell(backend)} | ${time} | ${ratio} | ${maxAbsDiff?.toExponential(1) ?? '-'} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}
