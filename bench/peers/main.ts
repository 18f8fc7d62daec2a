import { spawnSync } from 'node:child_process';
import { Command } from 'commander';
import { adapterOption, motionSizeOption } from '../../tools/commands/reenact';
import type { AdapterChoice } from '../../tools/node-gpu';
import { parseMotionSize, parseSize } from '../../tools/reenactment';
import { openPeersBrowser } from './browser';
import { onnxruntimeCpu, oursInNode } from './in-node';
import { measure } from './measure';
import type { PageId } from './page-protocol';
import { table } from './report';
import { findPython, hasCuda, TORCH_IDS, torchPeers, type TorchId, type TorchPeers } from './torch';
import { makeWorkload, type Workload } from './workload';

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
    .addOption(motionSizeOption())
    .option('--frames <N>', 'timed frames of each', '20')
    .option('--peer_frames <N>', 'timed frames of those that take more than a second', '3')
    .option('--only <ids>', 'some of them, by commas: ours,ort-jsep; ort is all of onnxruntime, torch all of PyTorch')
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

/** What runs in the page: library and back end. */
const PAGE_PEERS: Readonly<Record<PageId, readonly [name: string, backend: string]>> = {
  ours: ['rho-webgpu', 'Chromium, f32'],
  'ours-f16': ['rho-webgpu', 'Chromium, f16'],
  'ort-jsep': ['onnxruntime-web', 'Chromium, WebGPU (JSEP)'],
  'ort-native': ['onnxruntime-web', 'Chromium, WebGPU (native), 12 channels'],
  'ort-wasm': ['onnxruntime-web', 'Chromium, WASM'],
};
const PAGE_IDS = Object.keys(PAGE_PEERS) as PageId[];
const NODE_IDS = ['ours-dawn', 'ort-node-cpu'] as const;

async function run(flags: Flags): Promise<void> {
  const size = parseSize('--size', flags.size);
  const given = parseMotionSize(flags.motion_size);
  const frames = parseSize('--frames', flags.frames);
  const peerFrames = parseSize('--peer_frames', flags.peer_frames);
  const isWanted = selection(flags.only);
  const workload = await makeWorkload(flags.model, size, given);
  const { motionSize } = workload;
  const pageIds = PAGE_IDS.filter(isWanted);
  const torch = await openTorch(workload, TORCH_IDS.filter(isWanted), flags);
  const browser = pageIds.length > 0 ? await openPeersBrowser(workload, flags.adapter) : undefined;
  try {
    const inNode = {
      'ours-dawn': () => oursInNode(workload, flags.adapter),
      'ort-node-cpu': () => onnxruntimeCpu(workload),
    };
    const contestants = [
      ...pageIds.map((id) => browser!.contestant(id, ...PAGE_PEERS[id])),
      ...NODE_IDS.filter(isWanted).map((id) => inNode[id]()),
      ...torch.contestants,
    ];
    const label = browser?.label ?? 'no browser';
    if (browser) console.error(`adapter: ${label}`);
    const rows = await measure(contestants, { frames, peerFrames, onProgress: (what) => console.error(what) });
    if (flags.json) console.log(JSON.stringify(rows, undefined, 2));
    else {
      const date = new Date().toISOString().slice(0, 10);
      console.log(`${flags.model}, size ${size}, motion size ${motionSize}; ${label}; ${commit()}, ${date}\n`);
      console.log(table(rows));
    }
  } finally {
    await torch.close();
    await browser?.close();
  }
}

/** Without `--only`, modes of a GPU that is not there are a note and no rows. */
async function openTorch(workload: Workload, ids: readonly TorchId[], { only, python }: Flags): Promise<TorchPeers> {
  const path = python ?? findPython();
  const isTried = (id: TorchId): boolean => id === 'torch-cpu' || only?.includes(id) === true || hasCuda(path);
  const tried = ids.filter(isTried);
  if (tried.length < ids.length) console.error('PyTorch on CUDA is left out: PyTorch sees no CUDA GPU');
  return torchPeers(workload, tried, path);
}

/** Which ids are asked for: all, or those that are named, or whose beginning is. Throws where a name fits none. */
function selection(only: string | undefined): (id: string) => boolean {
  if (only === undefined) return () => true;
  const ids: readonly string[] = [...PAGE_IDS, ...NODE_IDS, ...TORCH_IDS];
  const wanted = only.split(',').flatMap((name) => {
    const fitting = ids.includes(name) ? [name] : ids.filter((id) => id.startsWith(`${name}-`));
    if (fitting.length === 0) throw new Error(`--only: there is no ${name}; there are ${ids.join(', ')}`);
    return fitting;
  });
  return (id) => wanted.includes(id);
}

/** The commit, with a mark where the checkout differs from it. */
function commit(): string {
  const { stdout, status } = spawnSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' });
  return status === 0 ? `commit ${stdout.trim()}` : 'no commit';
}
