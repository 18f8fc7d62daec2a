import type { Activation } from '../kernels/epilogue';
import type { Layout } from '../kernels/layout';
import type { AtlasLevel } from '../kernels/rasterize-landmarks';
import type { PixelIndex, Taps } from '../kernels/taps';

/**
 * What a tensor holds: a blocked feature map; sampling coordinates, a map that is f32 in every precision, since half a pixel
 * of 1440 is lost in f16; RGBA bytes, one 32-bit word a pixel; or landmark segments, eight 32-bit words each
 * (`layout.width` of them).
 */
export type Format = 'map' | 'field' | 'rgba8' | 'segments';

/** A value of the graph. The name is its identity: unique in a graph, kept by passes. */
export interface Tensor {
  readonly name: string;
  readonly format: Format;
  readonly layout: Layout;
}

type Numbers = Float32Array | Float64Array;

/** Weights (O, I, kh, kw), bias (O). */
export interface Dense {
  readonly weight: Numbers;
  readonly bias?: Numbers | undefined;
}

interface SpadeInputs {
  content?: Tensor | undefined;
  feature?: Tensor | undefined;
  field?: Tensor | undefined;
}

interface SpadeAttrs {
  scale: Numbers;
  shift: Numbers;
  contentIndex?: PixelIndex | undefined;
  fieldIndex?: PixelIndex | undefined;
}

/** The operations under PyTorch's names, then the fused ones; inputs by role, attributes as plain data. */
export interface Ops {
  conv2d: {
    inputs: { src: Tensor; addend?: Tensor | undefined; residual?: Tensor | undefined };
    attrs: Dense & {
      kernel: readonly [number, number];
      taps: Taps;
      /** Reads only this part of a concatenation; all of it unless given. */
      part?: number | undefined;
      /** 1, or the number of channels (depthwise). */
      groups: number;
      /** Applied after the addend and before the residual. */
      activation: Activation;
    };
  };
  conv_transpose2d: {
    inputs: { src: Tensor };
    attrs: Dense & { kernel: readonly [number, number]; stride: number; activation: Activation };
  };
  /** scale * x + shift per channel: inference mode, running statistics already worked in. */
  batch_norm: { inputs: { src: Tensor }; attrs: { scale: Numbers; shift: Numbers } };
  relu: { inputs: { src: Tensor }; attrs: object };
  tanh: { inputs: { src: Tensor }; attrs: object };
  add: { inputs: { a: Tensor; b: Tensor }; attrs: object };
  /** Concatenation along channels, inputs in the order of their keys. */
  cat: { inputs: Record<string, Tensor>; attrs: object };
  /** Nearest resizing. */
  interpolate: { inputs: { src: Tensor }; attrs: { index: PixelIndex } };
  /** Bilinear warping, zero padding, align_corners = False; the field is read through `index`. */
  grid_sample: { inputs: { feature: Tensor; field: Tensor }; attrs: { index: PixelIndex } };
  /** src * (1 + gamma) + beta. */
  modulate: { inputs: { src: Tensor; gamma: Tensor; beta: Tensor }; attrs: object };
  normalize: { inputs: { src: Tensor }; attrs: object };
  to_rgba8: { inputs: { src: Tensor }; attrs: object };
  resize_image: { inputs: { src: Tensor }; attrs: { axis: 'horizontal' | 'vertical' } };
  rasterize_landmarks: { inputs: { segments: Tensor }; attrs: object };
  /** Up to three line drawings in one map: segments0, segments1, … at the places of `levels`. */
  rasterize_atlas: { inputs: Record<string, Tensor>; attrs: { levels: readonly AtlasLevel[] } };
  /** Two transposed convolutions one after the other: one pixel to `hidden`, then without overlap to dst. */
  pose_encoder: {
    inputs: { src: Tensor };
    attrs: { first: Ops['conv_transpose2d']['attrs']; second: Ops['conv_transpose2d']['attrs']; hidden: Layout };
  };
  /** relu(modulate(batch_norm(cat(content, grid_sample(feature, field))))), each input read through its index. */
  spade: {
    inputs: SpadeInputs & { modulation: Tensor };
    attrs: SpadeAttrs & { modulationIndex: PixelIndex };
  };
  /** spade whose modulation is made on the spot, by a convolution of src to gamma, then beta. */
  spade_conv2d: {
    inputs: SpadeInputs & { src: Tensor };
    attrs: SpadeAttrs & Dense & { kernel: readonly [number, number]; taps: Taps; part?: number | undefined };
  };
  /** Depthwise 3 x 3 of padding 1, relu, 1 x 1 projection; src is read through `index`. */
  separable: {
    inputs: { src: Tensor; residual?: Tensor | undefined };
    attrs: { index: PixelIndex; stride: 1; depthwise: Dense; project: Dense };
  };
  /**
   * Nearest x 2, depthwise 3 x 3 of padding 1, relu, 1 x 1 projection, dense 3 x 3 of padding 1, activation. The result is a
   * map, or RGBA bytes as to_rgba8 makes them.
   */
  separable_conv: {
    inputs: { src: Tensor };
    attrs: { depthwise: Dense; project: Dense; conv: Dense; activation: Activation };
  };
  /** 1 x 1 expansion, relu, nearest x `up`, depthwise 3 x 3 of padding 1, relu. */
  expand_depthwise: {
    inputs: { src: Tensor };
    attrs: { stride: 1 | 2; up: 1 | 2; expand: Dense; depthwise: Dense };
  };
  /** 1 x 1 expansion, relu, then as separable. */
  inverted_residual: {
    inputs: { src: Tensor; residual?: Tensor | undefined };
    attrs: {
      stride: 1 | 2;
      /** Nearest upsampling between expansion and depthwise; 2 only with stride 1. */
      up: 1 | 2;
      hiddenChannels: number;
      expand: Dense;
      depthwise: Dense;
      project: Dense;
    };
  };
}

export type OpName = keyof Ops;

/** One operation. The union over all ops, so that `node.op` tells inputs and attributes apart. */
export type Node<Op extends OpName = OpName> = {
  [K in Op]: {
    readonly op: K;
    readonly name: string;
    readonly inputs: Readonly<Ops[K]['inputs']>;
    readonly attrs: Readonly<Ops[K]['attrs']>;
    readonly output: Tensor;
  };
}[Op];

/** Nodes in an order in which every input is made before it is used. */
export interface Graph {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly nodes: readonly Node[];
}

/** The tensors a node reads, missing optional ones left out. */
export const inputsOf = (node: Node): Tensor[] =>
  Object.values(node.inputs as Record<string, Tensor | undefined>).filter((tensor) => tensor !== undefined);

/** The nodes that read each tensor, by the tensor's name. */
export function consumersOf(graph: Graph): Map<string, Node[]> {
  const consumers = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const tensor of new Set(inputsOf(node))) {
      const list = consumers.get(tensor.name);
      if (list) list.push(node);
      else consumers.set(tensor.name, [node]);
    }
  }
  return consumers;
}

/** The node that makes each tensor, by the tensor's name. */
export const producersOf = (graph: Graph): Map<string, Node> =>
  new Map(graph.nodes.map((node) => [node.output.name, node]));

/** The node with some of its inputs replaced, by name of the tensor. */
export function withInputs(node: Node, replacements: ReadonlyMap<string, Tensor>): Node {
  const inputs = Object.fromEntries(
    Object.entries(node.inputs as Record<string, Tensor | undefined>).map(([role, tensor]) => [
      role,
      tensor && (replacements.get(tensor.name) ?? tensor),
    ]),
  );
  return { ...node, inputs } as Node;
}

/** The graph without the nodes that no output needs. */
export function prune(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((tensor) => tensor.name));
  const nodes: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!needed.has(node.output.name)) continue;
    for (const tensor of inputsOf(node)) needed.add(tensor.name);
    nodes.push(node);
  }
  return { ...graph, nodes: nodes.reverse() };
}

/** Throws where a graph is not one: an input used before it is made, a name given twice, an output nobody makes. */
export function checkGraph(graph: Graph): Graph {
  const known = new Map(graph.inputs.map((tensor) => [tensor.name, tensor]));
  for (const node of graph.nodes) {
    for (const tensor of inputsOf(node)) {
      if (known.get(tensor.name) !== tensor)
        throw new Error(`${node.name} (${node.op}) reads ${tensor.name}, which is not made before it`);
    }
    if (known.has(node.output.name))
      throw new Error(`${node.name} (${node.op}) makes ${node.output.name} a second time`);
    known.set(node.output.name, node.output);
  }
  for (const tensor of graph.outputs) {
    if (known.get(tensor.name) !== tensor) throw new Error(`no node makes the output ${tensor.name}`);
  }
  return graph;
}
