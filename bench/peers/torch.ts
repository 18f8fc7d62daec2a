import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { writeModel } from '../../src/convert';
import { writeSafetensors, type SafetensorsEntry } from '../../src/weights/safetensors';
import type { Contestant } from './peer';
import type { Workload } from './workload';

const SCRIPT = fileURLToPath(new URL('./torch_peer.py', import.meta.url));

/** Modes of torch_peer.py, and what they are called in the table. */
const MODES = {
  'torch-cpu': 'CPU, eager',
  'torch-cuda-eager': 'CUDA, eager',
  'torch-cuda-channels-last': 'CUDA, channels last',
  'torch-cuda-compiled': 'CUDA, channels last, compiled',
  'torch-cuda-half': 'CUDA, half',
  'torch-cuda-channels-last-half': 'CUDA, channels last, half',
  'torch-cuda-graph': 'CUDA, channels last, half, CUDA graph',
} as const;

export type TorchId = keyof typeof MODES;

export const TORCH_IDS = Object.keys(MODES) as TorchId[];

export interface TorchPeers {
  readonly contestants: readonly Contestant[];
  readonly close: () => Promise<void>;
}

const succeeds = (python: string, code: string): boolean => spawnSync(python, ['-c', code]).status === 0;

/** The first Python that has PyTorch; Debian's is not always the first in the path. */
export const findPython = (): string =>
  ['python3', '/usr/bin/python3'].find((python) => succeeds(python, 'import torch')) ?? 'python3';

export const hasCuda = (python: string): boolean =>
  succeeds(python, 'import torch; exit(not torch.cuda.is_available())');

/** PyTorch of the given Python, each mode in a process of its own. */
export async function torchPeers(workload: Workload, ids: readonly TorchId[], python: string): Promise<TorchPeers> {
  if (ids.length === 0) return { contestants: [], close: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), 'rho-peers-'));
  const { model, inputs } = workload;
  await writeFile(join(folder, 'model.safetensors'), await writeModel(model.rendering, model.motion, { dtype: 'f32' }));
  const entries = [...inputs].map(([name, { dims, data }]): [string, SafetensorsEntry] => [
    name,
    { dtype: 'F32', shape: dims, bytes: new Uint8Array(data.buffer) },
  ]);
  const file = writeSafetensors({ metadata: new Map(), entries: new Map(entries) });
  await writeFile(join(folder, 'inputs.safetensors'), file);
  return {
    contestants: ids.map((id) => contestantOf(id, folder, python)),
    close: () => rm(folder, { recursive: true }),
  };
}

function contestantOf(id: TorchId, folder: string, python: string): Contestant {
  let process: PythonProcess | undefined;
  return {
    id,
    name: 'torch',
    backend: MODES[id],
    async open() {
      process = startPython(python, [SCRIPT, id.slice('torch-'.length), folder]);
      await process.ask('open');
    },
    time: async (count) => (await process!.ask(`time ${count}`)) as number[],
    async image() {
      const bytes = await readFile((await process!.ask('image')) as string);
      return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    },
    counts: () => Promise.resolve(undefined),
    close: () => Promise.resolve(process?.end()),
  };
}

interface PythonProcess {
  /** Sends a command, gives the value that comes back; throws the error that does. */
  readonly ask: (command: string) => Promise<unknown>;
  readonly end: () => void;
}

function startPython(python: string, args: readonly string[]): PythonProcess {
  const child: ChildProcessWithoutNullStreams = spawn(python, args);
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint = (complaint + text.toString()).slice(-2000)));
  const ended = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(error));
    child.once('close', () => reject(new Error(complaint.trim().split('\n').at(-1) || `${python} ended`)));
  });
  ended.catch(() => undefined);
  // Writing to one that has ended; what it said is the better error.
  child.stdin.on('error', () => undefined);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async ask(command) {
      child.stdin.write(`${command}\n`);
      const line = await Promise.race<IteratorResult<string>>([lines.next(), ended]);
      if (line.done) return ended;
      const answer = JSON.parse(line.value) as { value?: unknown; error?: string };
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.value;
    },
    end: () => child.stdin.end(),
  };
}
