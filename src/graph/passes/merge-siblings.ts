import { pixelCount } from '../../kernels/layout';
import { throughIndex } from '../../kernels/taps';
import type { Graph, Node, Tensor } from '../graph';

type Conv = Node<'conv2d'>;
type Reader = Node<'conv2d' | 'spade_conv2d'>;

/**
 * Convolutions of one tensor become one convolution, whose parts their readers take: the decoder's four SPADEs convolve the
 * same pose map. Where one computes more distinct rows than the other, the fewer must be among the more.
 */
export function mergeSiblings(graph: Graph): Graph {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const readersOf = (tensor: Tensor): Node[] =>
    graph.nodes.filter((node) => Object.values(node.inputs as Record<string, Tensor | undefined>).includes(tensor));
  const isReader = (node: Node, tensor: Tensor): boolean =>
    (node.op === 'spade_conv2d' || (node.op === 'conv2d' && node.attrs.groups === 1)) &&
    node.inputs.src === tensor &&
    Object.values(node.inputs).filter((input) => input === tensor).length === 1 &&
    node.attrs.part === undefined;
  const candidates = graph.nodes.filter(
    (node): node is Conv =>
      node.op === 'conv2d' &&
      node.attrs.groups === 1 &&
      node.attrs.part === undefined &&
      node.inputs.addend === undefined &&
      node.inputs.residual === undefined &&
      node.output.layout.channels.length === 1 &&
      !outputs.has(node.output.name) &&
      readersOf(node.output).every((reader) => isReader(reader, node.output)),
  );
  const pixels = (node: Conv): number => pixelCount(node.output.layout);
  for (const widest of [...candidates].sort((a, b) => pixels(b) - pixels(a))) {
    const group = candidates.filter((node) => node === widest || isWithin(node, widest));
    if (group.length > 1) return mergeSiblings(merge(graph, widest, group));
  }
  return graph;
}

/** True if `node` does the same as `widest` with other weights, at some of its positions. */
function isWithin(node: Conv, widest: Conv): boolean {
  return (
    node.inputs.src === widest.inputs.src &&
    node.attrs.activation === widest.attrs.activation &&
    node.attrs.kernel.join() === widest.attrs.kernel.join() &&
    positionsIn(node.attrs.taps.rows, widest.attrs.taps.rows, node.attrs.kernel[0]) !== undefined &&
    positionsIn(node.attrs.taps.cols, widest.attrs.taps.cols, node.attrs.kernel[1]) !== undefined
  );
}

/** Where each position of `taps` is found among those of `among`; undefined if one is not. */
function positionsIn(taps: Int32Array, among: Int32Array, kernel: number): Int32Array | undefined {
  const keys = (table: Int32Array): string[] =>
    Array.from({ length: table.length / kernel }, (_, i) => table.subarray(i * kernel, (i + 1) * kernel).join());
  const all = keys(among);
  const found = keys(taps).map((key) => all.indexOf(key));
  return found.includes(-1) ? undefined : Int32Array.from(found);
}

function joined(parts: readonly (Float32Array | Float64Array)[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function merge(graph: Graph, widest: Conv, group: readonly Conv[]): Graph {
  const [kh, kw] = widest.attrs.kernel;
  const output: Tensor = {
    name: group.map((node) => node.output.name).join('+'),
    format: 'map',
    layout: { ...widest.output.layout, channels: group.flatMap((node) => node.output.layout.channels) },
  };
  const channels = group.map((node) => node.output.layout.channels[0]!);
  const conv: Conv = {
    ...widest,
    name: group.map(({ name }) => name).join('+'),
    attrs: {
      ...widest.attrs,
      weight: joined(group.map(({ attrs }) => attrs.weight)),
      bias: joined(group.map(({ attrs }, i) => attrs.bias ?? new Float64Array(channels[i]!))),
    },
    output,
  };
  const read = (node: Node): Node => {
    const part = group.findIndex(({ output: { name } }) => 'src' in node.inputs && node.inputs.src.name === name);
    if (part < 0) return node;
    const reader = node as Reader;
    const { rows, cols } = group[part]!.attrs.taps;
    const taps = {
      rows: throughIndex(reader.attrs.taps.rows, positionsIn(rows, widest.attrs.taps.rows, kh)!),
      cols: throughIndex(reader.attrs.taps.cols, positionsIn(cols, widest.attrs.taps.cols, kw)!),
    };
    return { ...reader, inputs: { ...reader.inputs, src: output }, attrs: { ...reader.attrs, taps, part } } as Node;
  };
  const first = graph.nodes.findIndex((node) => group.includes(node as Conv));
  const others = (nodes: readonly Node[]): Node[] => nodes.filter((node) => !group.includes(node as Conv)).map(read);
  return { ...graph, nodes: [...others(graph.nodes.slice(0, first)), conv, ...others(graph.nodes.slice(first))] };
}
