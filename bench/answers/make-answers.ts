import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { blockMeans } from '../../src/profile/block-means';
import { readBundled } from '../../tools/bundled';
import { onnxruntimeCpu } from '../peers/in-node';
import { makeWorkload } from '../peers/workload';
import { answerKey, shortHash, type Answers } from './answer-key';

const FILE = fileURLToPath(new URL('./answers.json', import.meta.url));

/** What the page offers, and a small one for its tests. */
const SIZES = [64, 256, 512, 1024, 1440];

/**
 * `node bench/answers/make-answers.mjs [model.safetensors]`: computes the first frame of synthetic:1, or of a model file, with
 * onnxruntime's CPU, which shares nothing with our kernels, and keeps what the benchmark page compares its own with.
 */
export async function main([, , model = 'synthetic:1']: readonly string[]): Promise<void> {
  const bundled = await readBundled();
  const weights = model.startsWith('synthetic:') ? model : `sha256 ${await shortHash(await readFile(model))}`;
  const answers: Record<string, readonly number[]> = JSON.parse(
    await readFile(FILE, 'utf8').catch(() => '{}'),
  ) as Answers;
  for (const size of SIZES) {
    const workload = await makeWorkload(model, size, undefined, '000001');
    const contestant = onnxruntimeCpu(workload);
    await contestant.open();
    const means = blockMeans({ width: size, height: size, data: bytesOf(await contestant.image(), size) });
    await contestant.close();
    answers[await answerKey(weights, size, workload.motionSize, bundled)] = means.map(
      (mean) => Math.round(mean * 100) / 100,
    );
    console.log(`${weights}, ${size}/${workload.motionSize}`);
    const lines = Object.entries(answers).map(([key, grid]) => `  ${JSON.stringify(key)}: ${JSON.stringify(grid)}`);
    await writeFile(FILE, `{\n${lines.join(',\n')}\n}\n`);
  }
}

/** Planes of [-1, 1] to RGBA bytes, rounded as published: (v + 1) / 2 * 255, truncated. */
function bytesOf(image: Float32Array, size: number): Uint8Array {
  const bytes = new Uint8Array(size * size * 4).fill(255);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < size * size; i++) {
      const value = Math.min(Math.max(image[c * size * size + i]!, -1), 1);
      bytes[i * 4 + c] = Math.trunc(((value + 1) / 2) * 255);
    }
  }
  return bytes;
}
