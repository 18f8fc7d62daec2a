import type { Model } from '../../src/engine/engine';
import { loadWeights } from '../../src/engine/load-weights';
import { expectedShapes } from '../../src/model/configuration';
import { PUBLISHED } from '../../src/model/published';
import { synthetic } from '../../src/weights/synthetic';
import { shortHash } from '../answers/answer-key';
import type { WeightsChoice } from './network-choice';

export interface LoadedNetwork {
  readonly model: Model;
  /** What stored answers know it by: its seed, or a hash of its file. */
  readonly id: string;
  /** Reading or making the weights; a download, but not the hash. */
  readonly loadMs: number;
}

/** Loads or makes the weights. Throws BAD_WEIGHTS, FETCH. */
export async function loadNetwork(choice: WeightsChoice, signal: AbortSignal): Promise<LoadedNetwork> {
  const start = performance.now();
  if (choice.kind === 'seeded') {
    const { rendering, motion } = expectedShapes(PUBLISHED);
    const model = { rendering: synthetic(choice.seed, rendering), motion: synthetic(choice.seed, motion) };
    return { model, id: choice.name, loadMs: performance.now() - start };
  }
  const bytes = choice.kind === 'file' ? await choice.file.arrayBuffer() : await download(await choice.url(), signal);
  const { model } = await loadWeights(bytes, { signal });
  const loadMs = performance.now() - start;
  return { model, id: `sha256 ${await shortHash(new Uint8Array(bytes))}`, loadMs };
}

async function download(url: string, signal: AbortSignal): Promise<ArrayBuffer> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`the bundled model does not load: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}
