import { channelsOf } from '../graph/builder';
import { consumersOf, withInputs, type Graph, type Node, type Tensor } from '../graph/graph';

/**
 * The same graph with the named inputs widened to a multiple of `multiple` channels; the weights that meet the new channels
 * are zero. onnxruntime's WebGPU provider computes 3 x 3 convolutions of 9 channels wrongly and of 12 rightly
 * (microsoft/onnxruntime #29651). Throws where an input is read by anything but dense convolutions.
 */
export function padInputChannels(graph: Graph, names: readonly string[], multiple: number): Graph {
  const consumers = consumersOf(graph);
  const wide = new Map<string, Tensor>();
  const nodes = new Map<Node, Node>();
  for (const tensor of graph.inputs.filter(({ name }) => names.includes(name))) {
    const channels = channelsOf(tensor);
    const padded = Math.ceil(channels / multiple) * multiple;
    wide.set(tensor.name, { ...tensor, layout: { ...tensor.layout, channels: [padded] } });
    for (const node of consumers.get(tensor.name) ?? []) {
      if (node.op !== 'conv2d' || node.attrs.groups !== 1)
        throw new Error(`${tensor.name} cannot be widened: ${node.name} (${node.op}) reads it`);
      nodes.set(node, { ...node, attrs: { ...node.attrs, weight: widen(node, channels, padded) } });
    }
  }
  return {
    inputs: graph.inputs.map((tensor) => wide.get(tensor.name) ?? tensor),
    outputs: graph.outputs,
    nodes: graph.nodes.map((node) => withInputs(nodes.get(node) ?? node, wide)),
  };
}

/** (O, from, kh, kw) to (O, to, kh, kw). */
function widen({ attrs, output }: Node<'conv2d'>, from: number, to: number): Float32Array {
  const taps = attrs.kernel[0] * attrs.kernel[1];
  const weight = new Float32Array(channelsOf(output) * to * taps);
  for (let o = 0; o < channelsOf(output); o++)
    weight.set(attrs.weight.subarray(o * from * taps, (o + 1) * from * taps), o * to * taps);
  return weight;
}
