import { dirname } from 'node:path';
import type { Command } from 'commander';
import { requireTimestamps } from '../../src/profile/profile';
import { chromeTrace } from '../../src/profile/trace';
import { readBundled } from '../bundled';
import { currentCommit } from '../commit';
import { addNetworkFlags, openNetwork, type NetworkFlags } from '../network-flags';
import { htmlReport } from '../html-report';
import { profileNetwork } from '../profile-network';
import { describeProfile, profileOf, profileTitle } from '../profile-report';
import { progressBar } from '../progress';
import { prepareFolder, writeFileAtomic } from '../write-file';

interface ProfileFlags extends NetworkFlags {
  readonly trace?: string;
  readonly html?: string;
}

/** Adds `profile`: where the time of a frame goes, dispatch by dispatch. */
export function addProfile(program: Command): void {
  const command = program
    .command('profile')
    .description('time every dispatch of a frame by itself, against the roofline of this machine')
    .option('--trace <file>', 'write Chrome trace events there, which https://ui.perfetto.dev opens')
    .option('--html <file>', 'write a page there that shows it all, in one file');
  addNetworkFlags(command).action(profile);
}

async function profile(flags: ProfileFlags): Promise<void> {
  const network = await openNetwork(flags);
  try {
    requireTimestamps(network.device);
    for (const file of [flags.trace, flags.html]) if (file !== undefined) await prepareFolder(dirname(file));
    const bars = { compiling: progressBar('compiling'), profiling: progressBar('profiling') };
    const profiled = await profileNetwork(network, await readBundled(), {
      adapter: network.adapter,
      commit: currentCommit(),
      onProgress: (phase, done, total) => phase !== 'ceilings' && bars[phase](done, total),
    });
    const { report } = profiled;
    if (flags.trace !== undefined)
      await writeFileAtomic(flags.trace, chromeTrace(profileOf(report), profileTitle(report)));
    if (flags.html !== undefined) await writeFileAtomic(flags.html, await htmlReport(profiled));
    console.log(flags.json ? JSON.stringify(report, undefined, 2) : describeProfile(report));
  } finally {
    network.device.destroy();
  }
}
