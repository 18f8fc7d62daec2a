import { describe, expect, test } from 'vitest';
import { configurationOf, expectedShapes } from '../../src/model/configuration';
import { PUBLISHED } from '../../src/model/published';
import { synthetic } from '../../src/weights/synthetic';
import type { StateDict, WeightTensor } from '../../src/weights/state-dict';
import { SMALL } from './small-network';

const weightsOf = (configuration: typeof SMALL) => {
  const { rendering, motion } = expectedShapes(configuration);
  return { rendering: synthetic(1, rendering), motion: synthetic(1, motion) };
};

const parameterCount = (tensors: StateDict): number =>
  [...tensors].filter(([key]) => !/running_(mean|var)$/.test(key)).reduce((sum, [, { data }]) => sum + data.length, 0);

describe('the published network', () => {
  const { rendering, motion } = weightsOf(PUBLISHED);

  test('has the published number of parameters', () => {
    expect(parameterCount(rendering)).toBe(4_533_456);
    expect(parameterCount(motion)).toBe(6_781_302);
  });

  test('has the published number of tensors', () => {
    // 503 and 179 with a counter of batches in every norm.
    const norms = (tensors: StateDict): number =>
      [...tensors.keys()].filter((key) => key.endsWith('running_mean')).length;
    expect(rendering.size + norms(rendering)).toBe(503);
    expect(motion.size + norms(motion)).toBe(179);
  });

  test('is recognised from its shapes', () => expect(configurationOf(rendering, motion)).toEqual(PUBLISHED));
});

describe('a network of other widths and depths', () => {
  const weights = weightsOf(SMALL);

  test('is recognised from its shapes', () =>
    expect(configurationOf(weights.rendering, weights.motion)).toEqual(SMALL));

  test('has the shapes that tools/goldens/make-network.py reads', async () => {
    const { rendering, motion } = expectedShapes(SMALL);
    const json = { rendering: Object.fromEntries(rendering), motion: Object.fromEntries(motion) };
    await expect(`${JSON.stringify(json, null, 1)}\n`).toMatchFileSnapshot('../golden/network-shapes.json');
  });
});

describe('refusals', () => {
  const { rendering, motion } = weightsOf(SMALL);
  const without = (tensors: StateDict, key: string): StateDict =>
    new Map([...tensors].filter(([name]) => name !== key));
  const tensor = (...shape: number[]): WeightTensor => ({
    dtype: 'F32',
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  });
  const refusal = (r: StateDict, m: StateDict) => expect(() => configurationOf(r, m));

  test('a missing tensor is named, with its shape', () => {
    refusal(without(rendering, 'de_SPADE_2.mlp_beta.bias'), motion).toThrow(
      'lacks de_SPADE_2.mlp_beta.bias of shape [15]',
    );
    refusal(rendering, without(motion, 'f1_motion.weight')).toThrow('lacks f1_motion.weight');
  });

  test('a checkpoint of something else', () => {
    refusal(new Map([['fc.weight', tensor(2, 2)]]), motion).toThrow(/is this the right checkpoint/);
  });

  test('a tensor in excess is named', () => {
    refusal(new Map([...rendering, ['de_extra.weight', tensor(1)]]), motion).toThrow('no part of it: de_extra.weight');
  });

  test('a shape that does not fit is named', () => {
    refusal(new Map([...rendering, ['en_SPADE1.mlp_gamma.weight', tensor(6, 4, 3, 3)]]), motion).toThrow(
      'en_SPADE1.mlp_gamma.weight of the rendering network has shape [6, 4, 3, 3]; the tensors before it want [6, 3, 3, 3]',
    );
  });

  test('a weight that is no convolution', () => {
    refusal(new Map([...rendering, ['en_conv_block.0.weight', tensor(5)]]), motion).toThrow(
      'shape [5], not four dimensions',
    );
  });

  test('a scale that does not come back to its size', () => {
    refusal(rendering, without(motion, 'model1_2.3.conv.weight')).toThrow('halves 2 times but doubles 1 times');
  });

  test('counters of batches are ignored', () => {
    const counted = new Map([...rendering, ['en_conv_block.1.num_batches_tracked', tensor()]]);
    expect(configurationOf(counted, motion)).toEqual(SMALL);
  });
});
