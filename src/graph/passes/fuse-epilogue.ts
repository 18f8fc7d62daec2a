import type { Graph, Node, Tensor } from '../graph';
import { rewrite } from '../rewrite';

/**
 * relu, tanh and add move into the convolution before them. An add becomes the residual, which follows the activation;
 * a relu that comes after such an add turns it into the addend, which precedes it. Of two convolutions that are added,
 * the later one takes the sum, so that the other may be made long before.
 */
export const fuseEpilogue = (graph: Graph): Graph => {
  const order = new Map(graph.nodes.map(({ output }, i) => [output.name, i]));
  const rank = (tensor: Tensor): number => order.get(tensor.name) ?? -1;
  return rewrite(graph, (node, view) => {
    if (node.op === 'relu' || node.op === 'tanh') {
      const conv = view.producer(node.inputs.src);
      if (conv?.op !== 'conv2d' && conv?.op !== 'conv_transpose2d') return undefined;
      if (!view.isPrivate(conv.output) || conv.attrs.activation !== 'none') return undefined;
      return [activated(conv, node.op, node.output)];
    }
    if (node.op === 'add') {
      const { a, b } = node.inputs;
      const [late, early] = rank(a) > rank(b) ? [a, b] : [b, a];
      for (const [sum, other] of [
        [late, early],
        [early, late],
      ] as const) {
        const conv = view.producer(sum);
        if (conv?.op !== 'conv2d' || conv.inputs.residual || !view.isPrivate(sum)) continue;
        return [{ ...conv, inputs: { ...conv.inputs, residual: other }, output: node.output }];
      }
    }
    return undefined;
  });
};

function activated(conv: Node<'conv2d' | 'conv_transpose2d'>, activation: 'relu' | 'tanh', output: Tensor): Node {
  if (conv.op === 'conv_transpose2d') return { ...conv, attrs: { ...conv.attrs, activation }, output };
  const { residual: addend, ...inputs } = conv.inputs;
  return { ...conv, inputs: addend ? { ...inputs, addend } : inputs, attrs: { ...conv.attrs, activation }, output };
}
