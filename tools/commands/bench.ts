import type { Command } from 'commander';
import type { Precision } from '../../src/kernels/kernel';
import type { ColdStart } from '../../src/profile/benchmark-result';
import { benchmark, type Measured } from '../benchmark';
import { readBundled } from '../bundled';
import { checkFrame } from '../check-engine';
import { currentCommit } from '../commit';
import { addNetworkFlags, openNetwork, type NetworkFlags } from '../network-flags';
import { progressBar } from '../progress';
import { parseSize } from '../reenactment';
import { short } from '../../src/profile/short';
import { pairTable } from '../table';

interface BenchFlags extends NetworkFlags {
  readonly frames: string;
}

/** Adds `bench`: checks a network on this machine's GPU, then times its frames. */
export function addBench(program: Command): void {
  const command = program
    .command('bench')
    .description('check the result, then time frames: median, spread, work and memory of a frame, cold start')
    .option('--frames <N>', 'frames that count', '30');
  addNetworkFlags(command).action(bench);
}

/** What `--json` prints: of one frame, if not said otherwise; see {@link benchmark}. */
export interface Benchmark extends Pick<
  Measured,
  'frameMs' | 'macs' | 'bytes' | 'dispatches' | 'passes' | 'submits' | 'peakGpuBytes' | 'weightBytes'
> {
  readonly adapter: string;
  readonly precision: Precision;
  readonly size: number;
  readonly motionSize: number;
  readonly frames: number;
  readonly coldStart: ColdStart;
  readonly commit: string | null;
}

async function bench(flags: BenchFlags): Promise<void> {
  const frames = parseSize('--frames', flags.frames);
  const opened = await openNetwork(flags);
  const bundled = await readBundled();
  const { picture, face, driving } = bundled;
  const { model, device, precision, size, motionSize, adapter, loadMs } = opened;
  const bars = { compiling: progressBar('compiling'), frames: progressBar('frames') };
  try {
    const measured = await benchmark(opened, bundled, {
      frames,
      async check(first) {
        const frame = { model, size, motionSize, precision, picture, face, driving: driving[0]!, result: first };
        console.error(`checked against ${await checkFrame(device, frame)}`);
      },
      onProgress: (phase, done, total) => phase !== 'checking' && bars[phase](done, total),
    });
    const { frameMs, macs, bytes, dispatches, passes, submits, peakGpuBytes, weightBytes } = measured;
    const { compileMs, registerMs, firstFrameMs } = measured.coldStart;
    const result: Benchmark = {
      adapter,
      precision,
      size,
      motionSize,
      frames,
      frameMs,
      macs,
      bytes,
      dispatches,
      passes,
      submits,
      peakGpuBytes,
      weightBytes,
      coldStart: { loadMs, compileMs, registerMs, firstFrameMs },
      commit: currentCommit(),
    };
    measured.engine.dispose();
    console.log(flags.json ? JSON.stringify(result, undefined, 2) : describe(result));
  } finally {
    device.destroy();
  }
}

const megabytes = (bytes: number): string => `${short(bytes / 1e6)} MB`;

const counted = (count: number, what: string, ending: string): string => `${count} ${what}${count === 1 ? '' : ending}`;

function describe(result: Benchmark): string {
  const { frameMs, coldStart, macs, bytes } = result;
  const ms = (value: number): string => `${short(value)} ms`;
  return pairTable([
    ['adapter', result.adapter],
    ['commit', result.commit ?? 'none'],
    ['network', `size ${result.size}, motion size ${result.motionSize}, ${result.precision}`],
    ['frame', `${ms(frameMs.median)} median of ${result.frames} (p95 ${ms(frameMs.p95)}, MAD ${ms(frameMs.mad)})`],
    ['fastest', ms(frameMs.min)],
    ['work', `${short(macs / 1e9)} G multiply-adds, ${megabytes(bytes)} moved a frame`],
    ['rate', `${short((2 * macs) / frameMs.median / 1e6)} GFLOP/s, ${short(bytes / frameMs.median / 1e6)} GB/s`],
    [
      'calls',
      `${counted(result.dispatches, 'dispatch', 'es')}, ${counted(result.passes, 'pass', 'es')}, ${counted(result.submits, 'submit', 's')} a frame`,
    ],
    ['memory', `${megabytes(result.peakGpuBytes)} at most, ${megabytes(result.weightBytes)} of it weights`],
    [
      'cold start',
      `load ${ms(coldStart.loadMs)}, compile ${ms(coldStart.compileMs)}, register ${ms(coldStart.registerMs)}, first frame ${ms(coldStart.firstFrameMs)}`,
    ],
  ]);
}
