import { channelsOf, indexTo } from '../builder';
import type { Graph, Node, Tensor } from '../graph';
import { rewrite, type View } from '../rewrite';

/**
 * relu(modulate(batch_norm(x), gamma, beta)) becomes one `spade` node. Gamma's and beta's convolutions become one with
 * twice the channels; a concatenation and a warp that made x move into the node. The batch norm may be missing: where a
 * convolution precedes it, it has been folded away.
 */
export const fuseSpade = (graph: Graph): Graph =>
  rewrite(graph, (node, view) => {
    if (node.op !== 'relu') return undefined;
    const modulate = view.producer(node.inputs.src);
    if (modulate?.op !== 'modulate' || !view.isPrivate(modulate.output)) return undefined;
    const gamma = view.producer(modulate.inputs.gamma);
    const beta = view.producer(modulate.inputs.beta);
    if (gamma?.op !== 'conv2d' || beta?.op !== 'conv2d' || !sameReading(gamma, beta)) return undefined;

    const norm = view.producer(modulate.inputs.src);
    const hasNorm = norm?.op === 'batch_norm' && view.isPrivate(norm.output);
    const x = hasNorm ? norm.inputs.src : modulate.inputs.src;
    const channels = channelsOf(x);
    const modulation = stacked(gamma, beta, x);
    const { height, width } = node.output.layout;
    const { contentIndex, fieldIndex, ...inputs } = partsOf(x, view);
    return [
      modulation,
      {
        op: 'spade',
        name: modulate.name,
        inputs: { ...inputs, modulation: modulation.output },
        attrs: {
          scale: hasNorm ? norm.attrs.scale : new Float64Array(channels).fill(1),
          shift: hasNorm ? norm.attrs.shift : new Float64Array(channels),
          modulationIndex: indexTo(modulation.output.layout, height, width),
          contentIndex,
          fieldIndex,
        },
        output: node.output,
      },
    ];
  });

/** True if two convolutions read the same tensor through the same taps and do nothing after the sum. */
function sameReading(a: Node<'conv2d'>, b: Node<'conv2d'>): boolean {
  const plain = (node: Node<'conv2d'>): boolean =>
    node.attrs.activation === 'none' && !node.inputs.addend && !node.inputs.residual;
  const same = (p: Int32Array, q: Int32Array): boolean => p.length === q.length && p.every((v, i) => v === q[i]);
  return (
    a.inputs.src === b.inputs.src &&
    plain(a) &&
    plain(b) &&
    a.attrs.groups === 1 &&
    b.attrs.groups === 1 &&
    a.attrs.kernel.every((size, i) => size === b.attrs.kernel[i]) &&
    same(a.attrs.taps.rows, b.attrs.taps.rows) &&
    same(a.attrs.taps.cols, b.attrs.taps.cols)
  );
}

/** Both convolutions as one: first gamma's channels, then beta's, in the parts of x. */
function stacked(gamma: Node<'conv2d'>, beta: Node<'conv2d'>, x: Tensor): Node<'conv2d'> {
  const join = (a: ArrayLike<number>, b: ArrayLike<number>): Float64Array => {
    const result = new Float64Array(a.length + b.length);
    result.set(a);
    result.set(b, a.length);
    return result;
  };
  const zeros = (node: Node<'conv2d'>): Float64Array => new Float64Array(channelsOf(node.output));
  const name = gamma.name.replace(/gamma$/, 'gamma_beta');
  return {
    ...gamma,
    name,
    attrs: {
      ...gamma.attrs,
      weight: join(gamma.attrs.weight, beta.attrs.weight),
      bias: join(gamma.attrs.bias ?? zeros(gamma), beta.attrs.bias ?? zeros(beta)),
    },
    output: {
      name: `${gamma.output.name}+${beta.output.name}`,
      format: 'map',
      layout: { ...gamma.output.layout, channels: [...x.layout.channels, ...x.layout.channels] },
    },
  };
}

type Parts = Pick<Node<'spade'>['inputs'], 'content' | 'feature' | 'field'> &
  Pick<Node<'spade'>['attrs'], 'contentIndex' | 'fieldIndex'>;

/** What x is made of: a plain tensor, a warp, or the concatenation of the two. */
function partsOf(x: Tensor, view: View): Parts {
  const producer = view.isPrivate(x) ? view.producer(x) : undefined;
  const plain = (content: Tensor): Parts => ({
    content,
    contentIndex: indexTo(content.layout, x.layout.height, x.layout.width),
  });
  const warped = (warp: Node<'grid_sample'>): Parts => ({ ...warp.inputs, fieldIndex: warp.attrs.index });
  if (producer?.op === 'grid_sample') return warped(producer);
  if (producer?.op === 'cat') {
    const [first, second, ...rest] = Object.values(producer.inputs);
    const warp = second && view.isPrivate(second) ? view.producer(second) : undefined;
    if (first && warp?.op === 'grid_sample' && rest.length === 0) return { ...plain(first), ...warped(warp) };
  }
  return plain(x);
}
