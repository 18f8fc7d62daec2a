import { describe, expect, test } from 'vitest';
import { GraphBuilder, channelsOf } from '../../src/graph/builder';
import type { Graph, Tensor } from '../../src/graph/graph';
import { interpret } from '../../src/graph/interpret';
import { volume, type Volume } from '../../src/kernels/volume';
import { cut } from '../../src/onnx/cut';
import { exportOnnx } from '../../src/onnx/export';
import { MOTION_INPUTS } from '../../src/onnx/models';
import { random, SUM } from '../cases/case';
import { mismatch } from '../compare';
import { smallNetwork } from '../model/small-network';
import { runOnnx, tensorOf } from './run-onnx';

type Build = (graph: GraphBuilder, src: (channels: number, height: number, width: number) => Tensor) => Tensor;

function graphOf(build: Build): Graph {
  const graph = new GraphBuilder();
  let count = 0;
  const output = build(graph, (channels, height, width) =>
    graph.input(`src${count++}`, 'map', { channels: [channels], height, width }),
  );
  return graph.build([output]);
}

const weights = (o: number, i: number, kh: number, kw: number) => ({
  weight: random('weight', o * i * kh * kw),
  bias: random('bias', o),
  outChannels: o,
  kernel: [kh, kw] as const,
});

const CASES: Record<string, Build> = {
  'conv2d 3 x 3': (graph, src) => graph.conv2d('dst', src(3, 5, 7), { ...weights(4, 3, 3, 3), padding: 1 }),
  'conv2d of stride 2 on an odd size': (graph, src) =>
    graph.conv2d('dst', src(3, 7, 9), { ...weights(2, 3, 3, 3), stride: 2, padding: 1 }),
  'conv2d 4 x 4 of stride 2': (graph, src) =>
    graph.conv2d('dst', src(2, 8, 6), { ...weights(3, 2, 4, 4), stride: 2, padding: 1 }),
  'conv2d 1 x 3 of one row': (graph, src) => graph.conv2d('dst', src(2, 1, 6), weights(3, 2, 1, 3)),
  'depthwise conv2d without bias': (graph, src) =>
    graph.conv2d('dst', src(5, 6, 6), { ...weights(5, 1, 3, 3), bias: undefined, padding: 1, groups: 5 }),
  'conv_transpose2d of one pixel': (graph, src) => graph.convTranspose2d('dst', src(6, 1, 1), weights(4, 6, 4, 4)),
  'conv_transpose2d of stride 4': (graph, src) =>
    graph.convTranspose2d('dst', src(3, 2, 3), { ...weights(2, 3, 4, 4), stride: 4 }),
  batch_norm: (graph, src) => graph.batchNorm('dst', src(3, 2, 2), random('scale', 3), random('shift', 3)),
  relu: (graph, src) => graph.relu('dst', src(2, 3, 3)),
  tanh: (graph, src) => graph.tanh('dst', src(2, 3, 3)),
  add: (graph, src) => graph.add('dst', src(2, 3, 3), src(2, 3, 3)),
  'cat of unequal parts': (graph, src) => graph.cat('dst', [src(1, 2, 3), src(5, 2, 3), src(2, 2, 3)]),
  modulate: (graph, src) => graph.modulate('dst', src(2, 3, 3), src(2, 3, 3), src(2, 3, 3)),
  'interpolate x 2': (graph, src) => graph.interpolate('dst', src(2, 3, 4), 6, 8),
  'interpolate to a smaller size': (graph, src) => graph.interpolate('dst', src(2, 16, 16), 5, 6),
  // PyTorch's float32 ratio and ONNX's disagree here, so that only a table will do.
  'interpolate where ONNX rounds otherwise': (graph, src) => graph.interpolate('dst', src(2, 2, 6), 82, 74),
  'grid_sample, two features of one size by one field': (graph, src) => {
    const field = src(2, 6, 8);
    return graph.add('dst', graph.gridSample('a', src(3, 3, 4), field), graph.gridSample('b', src(3, 3, 4), field));
  },
  'grid_sample by a field of its own size': (graph, src) => graph.gridSample('dst', src(3, 5, 4), src(2, 5, 4)),
};

test.each(Object.entries(CASES))('%s', async (_, build) => {
  const graph = graphOf(build);
  const values = graph.inputs.map((tensor) => {
    const { height, width } = tensor.layout;
    const data = random(tensor.name, channelsOf(tensor) * height * width, 1.5);
    return [tensor.name, volume(channelsOf(tensor), height, width, data)] as const;
  });
  const feeds = Object.fromEntries(values.map(([name, value]) => [name, tensorOf(value)]));
  const results = await runOnnx(exportOnnx(graph, 'case'), feeds);
  const expected = interpret(graph, new Map(values)).get('dst') as Volume;
  expect(mismatch(results.get('dst')!, expected.data, SUM)).toBeUndefined();
});

describe('what has no counterpart in ONNX is named', () => {
  const network = smallNetwork(32, 32);
  const plain = graphOf(CASES['conv2d 3 x 3']!);
  const fused = {
    ...plain,
    nodes: plain.nodes.map((node) => ({ ...node, attrs: { ...node.attrs, activation: 'relu' } })),
  };
  test.each([
    ['an op of pictures', () => exportOnnx(network, 'x'), /: ONNX has no rasterize_landmarks/],
    ['a fused graph', () => exportOnnx(fused as Graph, 'x'), /dst: only an unfused graph/],
    ['an unknown tensor', () => cut(network, ['feature_9'], ['image']), /the graph has no tensor feature_9/],
    [
      'a cut that leaves something out',
      () => cut(network, MOTION_INPUTS, ['image']),
      /source_image.normalized also needs source_image/,
    ],
  ])('%s', (_, work, message) => expect(work).toThrow(message));
});
