import { channelsOf } from '../builder';
import { inputsOf, type Graph, type Node, type Tensor } from '../graph';
import { rewrite } from '../rewrite';

/** Names of the tensors that depend on any of the given inputs. */
export function dependents(graph: Graph, inputs: readonly string[]): Set<string> {
  const found = new Set(inputs);
  for (const node of graph.nodes) {
    if (inputsOf(node).some((tensor) => found.has(tensor.name))) found.add(node.output.name);
  }
  return found;
}

/**
 * A convolution over a concatenation is the sum of one convolution a part. Where some parts change with every frame and
 * others do not, it is split so, constant parts first: their sum is then made once per source, and a frame convolves
 * only what is new. `frameInputs` names the graph inputs that change.
 */
export function splitSourceConvolutions(graph: Graph, frameInputs: readonly string[]): Graph {
  const changing = dependents(graph, frameInputs);
  return rewrite(graph, (node, view) => {
    if (node.op !== 'conv2d' || node.attrs.groups !== 1) return undefined;
    const cat = view.producer(node.inputs.src);
    if (cat?.op !== 'cat' || !view.isPrivate(cat.output)) return undefined;
    const parts = Object.values(cat.inputs);
    const moving = parts.filter((part) => changing.has(part.name));
    if (moving.length === 0 || moving.length === parts.length) return undefined;
    const still = parts.filter((part) => !changing.has(part.name));
    return sumOfParts(node, parts, [...still, ...moving]);
  });
}

function sumOfParts(node: Node<'conv2d'>, parts: readonly Tensor[], order: readonly Tensor[]): Node[] {
  const outChannels = channelsOf(node.output);
  const nodes: Node[] = [];
  let sum: Tensor | undefined;
  order.forEach((part, i) => {
    const name = `${node.name}[${part.name}]`;
    const output = { ...node.output, name };
    const conv: Node = {
      ...node,
      name,
      inputs: { src: part },
      attrs: {
        ...node.attrs,
        weight: sliceInputs(node, outChannels, parts, part),
        bias: i === 0 ? node.attrs.bias : undefined,
      },
      output,
    };
    nodes.push(conv);
    if (sum) {
      const last = i === order.length - 1;
      const total = last ? node.output : { ...node.output, name: `${name}+` };
      nodes.push({ op: 'add', name: total.name, inputs: { a: output, b: sum }, attrs: {}, output: total });
      sum = total;
    } else sum = output;
  });
  return nodes;
}

/** The weights (O, channels of `part`, kh, kw) out of those of the whole concatenation. */
function sliceInputs(node: Node<'conv2d'>, outChannels: number, parts: readonly Tensor[], part: Tensor): Float64Array {
  const taps = node.attrs.kernel[0] * node.attrs.kernel[1];
  const before = parts.slice(0, parts.indexOf(part)).reduce((sum, other) => sum + channelsOf(other), 0);
  const channels = channelsOf(part);
  const all = channelsOf(node.inputs.src);
  const slice = new Float64Array(outChannels * channels * taps);
  for (let o = 0; o < outChannels; o++) {
    const start = (o * all + before) * taps;
    slice.set(node.attrs.weight.subarray(start, start + channels * taps), o * channels * taps);
  }
  return slice;
}
