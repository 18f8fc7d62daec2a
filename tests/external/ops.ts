import { GraphBuilder, indexTo } from '../../src/graph/builder';
import type { Graph, Tensor } from '../../src/graph/graph';
import type { Value } from '../../src/graph/interpret';
import { optimize } from '../../src/graph/optimize';
import { volume } from '../../src/kernels/volume';
import { invertedResidual, spadeRelu, type Parameters } from '../../src/model/layers';
import type { StateDict } from '../../src/weights/state-dict';
import { runOnGpu } from '../cases/run-case';
import { mismatch } from '../compare';

/** One operation with its attributes; inputs and answer are tensors named `<name>/<input>` and `<name>/out`. */
export interface ExternalOp {
  readonly name: string;
  readonly op: string;
  readonly stride?: 1 | 2;
  readonly padding?: number;
  readonly groups?: number;
}

/** Both sides sum up to a few thousand float32 terms of order one, in different orders. */
const TOLERANCE = { atol: 1e-4, rtol: 1e-4, reason: 'float32 on both sides' };

/** Runs an operation through passes, lowering and GPU, and compares: what is wrong in words, or undefined. */
export function checkOp(device: GPUDevice, op: ExternalOp, tensors: StateDict): Promise<string | undefined> {
  const graph = new GraphBuilder();
  const inputs = new Map<string, Value>();
  return compare(
    device,
    optimize(build(graph, inputs, op, tensors), { frameInputs: [...inputs.keys()] }),
    inputs,
    tensors.get(`${op.name}/out`)!.data,
  );
}

async function compare(
  device: GPUDevice,
  graph: Graph,
  inputs: Map<string, Value>,
  expected: ArrayLike<number>,
): Promise<string | undefined> {
  const results = await runOnGpu(device, graph, inputs, 'f32');
  return mismatch(results.get(graph.outputs[0]!.name)!, expected, TOLERANCE);
}

function build(
  graph: GraphBuilder,
  inputs: Map<string, Value>,
  { name, op, stride = 1, padding = 0, groups = 1 }: ExternalOp,
  tensors: StateDict,
): Graph {
  const get = (key: string) => tensors.get(`${name}/${key}`)!;
  const input = (key: string): Tensor => {
    const [channels, height, width] = get(key).shape.slice(-3) as [number, number, number];
    inputs.set(key, volume(channels, height, width, get(key).data));
    return graph.input(key, 'map', { channels: [channels], height, width });
  };
  /** (1, h, w, 2) to a map of two channels. */
  const field = (key: string): Tensor => {
    const { shape, data } = get(key);
    const [, height, width] = shape as [number, number, number];
    const planes = Float64Array.from(
      data,
      (_, i) => data[(i % (height * width)) * 2 + Math.floor(i / (height * width))]!,
    );
    inputs.set(key, volume(2, height, width, planes));
    return graph.input(key, 'map', { channels: [2], height, width });
  };
  const outShape = get('out').shape;
  const [outHeight, outWidth] = outShape.slice(-2) as [number, number];
  const parameters: Parameters = (key) => get(key.replace(/^block\./, '')).data;
  const finish = (output: Tensor): Graph => graph.build([output]);
  switch (op) {
    case 'conv2d':
    case 'conv_transpose2d': {
      const { shape, data: weight } = get('weight');
      const kernel = [shape[2]!, shape[3]!] as const;
      const bias = tensors.get(`${name}/bias`)?.data;
      return op === 'conv2d'
        ? finish(
            graph.conv2d('out', input('x'), { weight, bias, outChannels: shape[0]!, kernel, stride, padding, groups }),
          )
        : finish(graph.convTranspose2d('out', input('x'), { weight, outChannels: shape[1]!, kernel, stride }));
    }
    case 'resize_nearest': {
      const x = input('x');
      const index = indexTo(x.layout, outHeight, outWidth);
      return finish(
        graph.node('interpolate', 'out', { src: x }, { index }, { ...x.layout, height: outHeight, width: outWidth }),
      );
    }
    case 'warp':
      return finish(graph.gridSample('out', input('x'), field('field')));
    case 'spade_relu':
      return finish(
        spadeRelu({ graph, parameters }, 'block', input('x'), input('embedding'), get('mlp_shared.0.weight').shape[0]!),
      );
    case 'inverted_residual': {
      const [hidden, , kernel] = get('conv.0.weight').shape as [number, number, number];
      const project = kernel === 1 ? 6 : 3;
      const block = {
        channels: get(`conv.${project}.weight`).shape[0]!,
        hidden,
        expand: kernel === 1,
        norm: tensors.has(`${name}/conv.${project + 1}.weight`),
      };
      return finish(invertedResidual({ graph, parameters }, 'block', input('x'), block, stride));
    }
    case 'tanh': {
      // The kernel is the end of a convolution: here of one that changes nothing.
      const x = input('x');
      const [channels] = x.layout.channels as [number];
      const weight = Float64Array.from({ length: channels * channels }, (_, i) => (i % (channels + 1) === 0 ? 1 : 0));
      return finish(graph.tanh('out', graph.conv2d('same', x, { weight, outChannels: channels, kernel: [1, 1] })));
    }
    default:
      throw new Error(`no such op: ${op}`);
  }
}
