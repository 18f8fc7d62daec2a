import { basename } from 'node:path';
import type { Model } from '../src/engine/engine';
import { RhoError } from '../src/errors';
import { expectedShapes } from '../src/model/configuration';
import { PUBLISHED } from '../src/model/published';
import { readModel } from '../src/weights/model-file';
import { synthetic } from '../src/weights/synthetic';
import { readFileOrExplain } from './read-file';

const SYNTHETIC = /^synthetic:(\w+)$/;

/** A model file, or `synthetic:SEED` for seeded weights of the published widths. Throws BAD_INPUT, BAD_WEIGHTS. */
export async function loadModel(model: string): Promise<Model> {
  if (model.startsWith('synthetic')) {
    const seed = SYNTHETIC.exec(model)?.[1];
    if (!seed) throw new RhoError('BAD_INPUT', `${model}: synthetic weights want a seed, as in synthetic:1`);
    const { rendering, motion } = expectedShapes(PUBLISHED);
    return { rendering: synthetic(seed, rendering), motion: synthetic(seed, motion) };
  }
  return readModel(await readFileOrExplain(model), basename(model));
}
