import type { Model } from '../../src/engine/model';
import { expectedShapes, type Configuration } from '../../src/model/configuration';
import { writeModel } from '../../src/weights/model-file';
import { synthetic } from '../../src/weights/synthetic';
import { SMALL } from '../model/small-network';

const block = { channels: 4, hidden: 4, expand: false, norm: true };
const { rendering } = SMALL;

/** As few kernels as the network's plan allows: what is tested here is around the network, and each compiles for long. */
const TINY: Configuration = {
  motion: [
    {
      stem: 4,
      layers: [
        { kind: 'down', channels: 4 },
        { kind: 'up', channels: 4 },
      ],
    },
    { stem: 4, layers: [{ kind: 'up', channels: 4 }] },
    { stem: 4, layers: [{ kind: 'up', channels: 4 }] },
  ],
  rendering: {
    poseEncoders: { source: { hidden: 4, embedding: 4 }, driving: { hidden: 4, embedding: 4 } },
    stem: 4,
    spades: new Map([...rendering.spades.keys()].map((key) => [key, 4])),
    stages: new Map(
      [...rendering.stages.keys()].map((key) => [
        key,
        [/^de_up_block[123]\.0$/.test(key) ? { ...block, hidden: 8 } : block],
      ]),
    ),
  },
};

const shapes = expectedShapes(TINY);

/** Seeded weights for a tiny network. */
export const TINY_MODEL: Model = {
  rendering: synthetic('rho', shapes.rendering),
  motion: synthetic('rho', shapes.motion),
};

/** The same as a model file. */
export const tinyModelFile = async (): Promise<Uint8Array<ArrayBuffer>> =>
  (await writeModel(TINY_MODEL.rendering, TINY_MODEL.motion, { dtype: 'f32' })) as Uint8Array<ArrayBuffer>;
