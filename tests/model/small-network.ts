import type { Value } from '../../src/graph/interpret';
import type { Graph } from '../../src/graph/graph';
import type { Configuration } from '../../src/model/configuration';
import { landmarkSegments } from '../../src/model/landmarks';
import type { BlockConfiguration, Parameters } from '../../src/model/layers';
import { buildNetwork, LEVELS, NAMED_TENSORS } from '../../src/model/network';
import { DECODER, ENCODER } from '../../src/model/rendering-network';
import { volume } from '../../src/kernels/volume';
import { random } from '../cases/case';

const block = (input: number, channels: number, expansion: number, norm = true): BlockConfiguration => ({
  channels,
  hidden: input * expansion,
  expand: expansion !== 1,
  norm,
});

/** A network of odd widths, other depths and other expansions than the published one, small enough for float64 loops. */
export const SMALL: Configuration = {
  motion: [
    {
      stem: 5,
      layers: [
        { kind: 'down', channels: 6 },
        { kind: 'up', channels: 3 },
      ],
    },
    {
      stem: 3,
      layers: [
        { kind: 'down', channels: 6 },
        { kind: 'residual', channels: 6 },
        { kind: 'up', channels: 4 },
        { kind: 'up', channels: 2 },
      ],
    },
    {
      stem: 2,
      layers: [
        { kind: 'down', channels: 5 },
        { kind: 'residual', channels: 5 },
        { kind: 'up', channels: 3 },
        { kind: 'up', channels: 5 },
      ],
    },
  ],
  rendering: {
    poseEncoders: { source: { hidden: 5, embedding: 3 }, driving: { hidden: 6, embedding: 2 } },
    stem: 5,
    spades: new Map([...ENCODER, ...DECODER].map(({ spade }, i) => [spade, 3 + i])),
    stages: new Map([
      ['en_down_block1.0', [block(5, 3, 1)]],
      ['en_down_block1.1', [block(3, 5, 2)]],
      ['en_down_block1.2', [block(5, 6, 3), block(6, 6, 2)]],
      ['en_down_block2.0', [block(6, 7, 2)]],
      ['en_down_block2.1', [block(7, 7, 2), block(7, 7, 1)]],
      ['en_down_block3.0', [block(7, 9, 2, false)]],
      ['en_res_block.0', [block(9, 10, 2, false)]],
      ['de_res_block.0', [block(10, 6, 2, false)]],
      ['de_up_block1.0', [block(15, 5, 2), block(5, 5, 2)]],
      ['de_up_block2.0', [block(12, 6, 2)]],
      ['de_up_block2.1', [block(6, 5, 3)]],
      ['de_up_block3.0', [block(11, 6, 2)]],
      ['de_up_block3.1', [block(6, 5, 2), block(5, 5, 1)]],
      ['de_up_block3.2', [block(5, 4, 1)]],
    ]),
  },
};

/** Random parameters; variances are positive, weights scaled so that activations stay of order one. */
export const randomParameters: Parameters = (key, shape) => {
  const count = shape.reduce((a, b) => a * b, 1);
  if (key.endsWith('running_var')) return random(key, count).map((v) => 1 + v / 2);
  const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
  return random(key, count, shape.length === 4 ? 2 / Math.sqrt(fanIn) : 0.5);
};

/** The small network with every named tensor kept. */
export const smallNetwork = (size: number, motionSize: number): Graph =>
  buildNetwork({
    configuration: SMALL,
    rendering: randomParameters,
    motion: randomParameters,
    size,
    motionSize,
    keep: NAMED_TENSORS,
  });

/** Random inputs for a network graph. */
export function networkInputs(size: number, motionSize: number): Map<string, Value> {
  const inputs = new Map<string, Value>();
  inputs.set(
    'source_image',
    Uint8Array.from(random('image', size * size * 4), (v) => (v + 1) * 127),
  );
  for (const who of ['source', 'driving']) {
    inputs.set(`${who}_head_pose`, volume(6, 1, 1, random(`${who} pose`, 6)));
    const landmarks = random(`${who} landmarks`, 144, 0.9);
    for (const { level, divisor } of LEVELS) {
      inputs.set(`${who}_segments_${level}`, landmarkSegments(landmarks, level, motionSize / divisor));
    }
  }
  return inputs;
}
