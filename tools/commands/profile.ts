import { dirname } from 'node:path';
import type { Command } from 'commander';
import { createEngine } from '../../src/engine/engine';
import { measureCeilings } from '../../src/profile/ceilings';
import { profileProgram, requireTimestamps } from '../../src/profile/profile';
import { dispatchRows, kernelRows } from '../../src/profile/roofline';
import { chromeTrace } from '../../src/profile/trace';
import { readBundled } from '../bundled';
import { currentCommit } from '../commit';
import { addNetworkFlags, openNetwork, type NetworkFlags } from '../network-flags';
import { describeProfile, type ProfileReport } from '../profile-report';
import { progressBar } from '../progress';
import { prepareFolder, writeFileAtomic } from '../write-file';

interface ProfileFlags extends NetworkFlags {
  readonly trace?: string;
}

/** Adds `profile`: where the time of a frame goes, dispatch by dispatch. */
export function addProfile(program: Command): void {
  const command = program
    .command('profile')
    .description('time every dispatch of a frame by itself, against the roofline of this machine')
    .option('--trace <file>', 'write Chrome trace events there, which https://ui.perfetto.dev opens');
  addNetworkFlags(command).action(profile);
}

async function profile(flags: ProfileFlags): Promise<void> {
  const { model, size, motionSize, device, precision, making, adapter } = await openNetwork(flags);
  try {
    requireTimestamps(device);
    if (flags.trace !== undefined) await prepareFolder(dirname(flags.trace));
    const { picture, face, driving } = await readBundled();
    const onProgress = progressBar('compiling');
    const engine = await createEngine({ device, model, size, motionSize, precision, ...making, onProgress });
    const source = await engine.setSource(picture, face);
    engine.submitFrame(source, driving[0]!);
    await device.queue.onSubmittedWorkDone();
    const ceilings = await measureCeilings(device, precision);
    const measured = await profileProgram(engine.boundFrame(source), { onProgress: progressBar('profiling') });
    const report: ProfileReport = {
      adapter,
      precision,
      size,
      motionSize,
      commit: currentCommit(),
      ceilings: { gflops: ceilings.compute, gbPerS: ceilings.bandwidth },
      frame: { ...measured.frame, sumMs: measured.sumMs },
      kernels: kernelRows(measured, ceilings),
      dispatches: dispatchRows(measured, ceilings),
    };
    if (flags.trace !== undefined)
      await writeFileAtomic(flags.trace, chromeTrace(measured, `rho ${size} / ${motionSize} ${precision}, ${adapter}`));
    console.log(flags.json ? JSON.stringify(report, undefined, 2) : describeProfile(report));
    engine.dispose();
  } finally {
    device.destroy();
  }
}
