import { convertCheckpoints } from '../../src/convert';
import { expectedShapes } from '../../src/model/configuration';
import { PUBLISHED } from '../../src/model/published';
import { writeModel } from '../../src/weights/model-file';
import { synthetic } from '../../src/weights/synthetic';
import type { WeightsAnswer, WeightsJob } from './weights';

// Hashing and halving eleven million weights would hold the page up.
addEventListener('message', ({ data }: MessageEvent<WeightsJob>) => void work(data));

const post = (answer: WeightsAnswer, transfer: Transferable[] = []): void => postMessage(answer, { transfer });

async function work(job: WeightsJob): Promise<void> {
  try {
    const bytes = await make(job);
    post({ id: job.id, bytes }, [bytes.buffer]);
  } catch (error) {
    post({ id: job.id, problem: error instanceof Error ? error.message : String(error) });
  }
}

async function make(job: WeightsJob): Promise<Uint8Array<ArrayBuffer>> {
  if ('seed' in job) {
    post({ id: job.id, step: 'making seeded weights' });
    const { rendering, motion } = expectedShapes(PUBLISHED);
    const made = await writeModel(synthetic(job.seed, rendering), synthetic(job.seed, motion), { dtype: 'f16' });
    return made as Uint8Array<ArrayBuffer>;
  }
  const [first, second] = job.files;
  const { bytes } = await convertCheckpoints(first, second, {
    onProgress: (step) => post({ id: job.id, step }),
  });
  return bytes as Uint8Array<ArrayBuffer>;
}
