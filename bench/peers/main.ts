import { spawnSync } from 'node:child_process';
import { Command } from 'commander';
import { adapterOption } from '../../tools/commands/reenact';
import type { AdapterChoice } from '../../tools/node-gpu';
import { parseSize } from '../../tools/reenactment';
import { openPeersBrowser, type PeersBrowser } from './browser';
import { onnxruntimeCpu, oursInNode } from './in-node';
import { measure } from './measure';
import type { Contestant } from './peer';
import { table } from './report';
import { findPython, torchPeers } from './torch';
import { makeWorkload } from './workload';

interface Flags {
  readonly model: string;
  readonly size: string;
  readonly motion_size?: string;
  readonly frames: string;
  readonly peer_frames: string;
  readonly only?: string;
  readonly adapter: AdapterChoice;
  readonly python?: string;
  readonly json?: boolean;
}

/** The peer bench; see {@link measure}. Failures of the bench itself are one line and exit status 1. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('bench:peers')
    .description('time this engine and other runtimes on the same frame, taking turns, and compare their images')
    .option('--model <model>', 'a model.safetensors that `convert` wrote, or synthetic:SEED', 'synthetic:1')
    .option('--size <S>', 'size of the images, a multiple of 16', '256')
    .option('--motion_size <M>', 'size the motion network runs at, a multiple of 64 (default: S)')
    .option('--frames <N>', 'timed frames of each', '20')
    .option('--peer_frames <N>', 'timed frames of those that take more than a second', '3')
    .option('--only <ids>', 'some of them, by commas: ours or torch, say, or ort-jsep')
    .addOption(adapterOption())
    .option('--python <path>', 'the Python that has PyTorch (default: python3, or /usr/bin/python3)')
    .option('--json', 'print one JSON array')
    .action(run);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    console.error(`bench:peers: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    if (process.env['RHO_DEBUG']) console.error(error);
    process.exitCode = 1;
  }
}

async function run(flags: Flags): Promise<void> {
  const size = parseSize('--size', flags.size);
  const motionSize = flags.motion_size === undefined ? size : parseSize('--motion_size', flags.motion_size);
  const frames = parseSize('--frames', flags.frames);
  const peerFrames = parseSize('--peer_frames', flags.peer_frames);
  const workload = await makeWorkload(flags.model, size, motionSize);
  const browser = await openPeersBrowser(workload, flags.adapter);
  const torch = await torchPeers(workload, flags.python ?? findPython());
  try {
    const all = [
      ...browserPeers(browser),
      oursInNode(workload, flags.adapter, 'f32'),
      onnxruntimeCpu(workload),
      ...torch.contestants,
    ];
    const contestants = selected(all, flags.only);
    console.error(`adapter: ${browser.label}`);
    if (torch.note !== undefined) console.error(torch.note);
    const rows = await measure(contestants, { frames, peerFrames, onProgress: (what) => console.error(what) });
    if (flags.json) console.log(JSON.stringify(rows, undefined, 2));
    else {
      const date = new Date().toISOString().slice(0, 10);
      console.log(`${flags.model}, size ${size}, motion size ${motionSize}; ${browser.label}; ${commit()}, ${date}\n`);
      console.log(table(rows));
    }
  } finally {
    await torch.close();
    await browser.close();
  }
}

const browserPeers = ({ contestant }: PeersBrowser): Contestant[] => [
  contestant('ours', 'rho-webgpu', 'Chromium, f32'),
  contestant('ours-f16', 'rho-webgpu', 'Chromium, f16'),
  contestant('ort-jsep', 'onnxruntime-web', 'Chromium, WebGPU (JSEP)'),
  contestant('ort-native', 'onnxruntime-web', 'Chromium, WebGPU (native), 12 channels'),
  contestant('ort-wasm', 'onnxruntime-web', 'Chromium, WASM'),
];

/** Those whose id is, or begins with, one that is asked for. Throws where none is. */
function selected(all: readonly Contestant[], only: string | undefined): Contestant[] {
  if (only === undefined) return [...all];
  const wanted = only.split(',');
  const isWanted = (id: string): boolean => wanted.some((want) => id === want || id.startsWith(`${want}-`));
  for (const want of wanted) {
    if (!all.some(({ id }) => id === want || id.startsWith(`${want}-`)))
      throw new Error(`--only: there is no ${want}; there are ${all.map(({ id }) => id).join(', ')}`);
  }
  return all.filter(({ id }) => isWanted(id));
}

/** The commit, with a mark where the checkout differs from it. */
function commit(): string {
  const { stdout, status } = spawnSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' });
  return status === 0 ? `commit ${stdout.trim()}` : 'no commit';
}
