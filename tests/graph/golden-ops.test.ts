import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder';
import type { Tensor } from '../../src/graph/graph';
import { interpret, type Value } from '../../src/graph/interpret';
import { volume, type Volume } from '../../src/kernels/volume';
import { batchNorm } from '../../src/model/layers';
import { decodeSafetensors } from '../../src/weights/safetensors';
import { mismatch } from '../compare';
import { aboutGolden, goldenFile } from '../golden-file';

/** PyTorch's answers, made by tools/goldens/make-ops.py. */
const file = goldenFile('ops.safetensors');
const tensors = decodeSafetensors(file);

interface OpCase {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly stride?: number;
  readonly padding?: number;
  readonly groups?: number;
}

const cases = aboutGolden(file) as OpCase[];

/** PyTorch sums in float32, in another order than we do in float64. */
const TOLERANCE = { atol: 1e-5, rtol: 1e-5, reason: 'the golden side is float32' };

/** Builds the op's graph from inputs by name; the result is compared with `out`. */
function build(
  graph: GraphBuilder,
  { name, op, stride = 1, padding = 0, groups = 1 }: OpCase,
  inputs: Map<string, Value>,
): Tensor {
  const get = (key: string) => tensors.get(`${name}/${key}`)!;
  const input = (key: string): Tensor => {
    const [channels, height, width] = get(key).shape as [number, number, number];
    inputs.set(key, volume(channels, height, width, get(key).data));
    return graph.input(key, 'map', { channels: [channels], height, width });
  };
  const outSize = get('out').shape.slice(-2) as [number, number];
  switch (op) {
    case 'conv2d':
    case 'conv_transpose2d': {
      const { shape, data: weight } = get('weight');
      const kernel = [shape[2]!, shape[3]!] as const;
      const bias = tensors.get(`${name}/bias`)?.data;
      return op === 'conv2d'
        ? graph.conv2d('out', input('src'), {
            weight,
            bias,
            outChannels: shape[0]!,
            kernel,
            stride,
            padding,
            groups,
          })
        : graph.convTranspose2d('out', input('src'), { weight, outChannels: shape[1]!, kernel, stride });
    }
    case 'interpolate':
      // Resizing to the same size gives the input itself; a relu of nothing negative would not, so add zero.
      return graph.add(
        'out',
        graph.interpolate('resized', input('src'), ...outSize),
        zeros(graph, inputs, get('out').shape),
      );
    case 'grid_sample':
      return graph.gridSample('out', input('feature'), input('field'));
    case 'tanh':
      return graph.tanh('out', input('src'));
    case 'relu':
      return graph.relu('out', input('src'));
    case 'batch_norm':
      return batchNorm({ graph, parameters: (key) => get(key.replace('out.', '')).data }, 'out', input('src'));
    default:
      throw new Error(`no such op: ${op}`);
  }
}

function zeros(graph: GraphBuilder, inputs: Map<string, Value>, shape: readonly number[]): Tensor {
  const [channels, height, width] = shape as [number, number, number];
  inputs.set('zeros', volume(channels, height, width));
  return graph.input('zeros', 'map', { channels: [channels], height, width });
}

describe('references against PyTorch', () => {
  test('there are cases', () => expect(cases.length).toBeGreaterThan(20));

  test.each(cases.map((c) => [c.name, c] as const))('%s', (name, c) => {
    const graph = new GraphBuilder();
    const inputs = new Map<string, Value>();
    const output = build(graph, c, inputs);
    const result = interpret(graph.build([output]), inputs).get('out') as Volume;
    const { shape, data } = tensors.get(`${name}/out`)!;
    expect([result.channels, result.height, result.width]).toEqual(shape);
    expect(mismatch(result.data, data, TOLERANCE)).toBeUndefined();
  });
});
