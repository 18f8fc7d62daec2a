import { pixelCount } from '../../kernels/layout';
import type { Graph } from '../graph';
import { rewrite } from '../rewrite';

/** Two transposed convolutions, the first of one pixel and the second without overlap, become one `pose_encoder` node. */
export const fusePoseEncoder = (graph: Graph): Graph =>
  rewrite(graph, (node, view) => {
    if (node.op !== 'conv_transpose2d') return undefined;
    const { kernel, stride, activation } = node.attrs;
    const first = view.isPrivate(node.inputs.src) ? view.producer(node.inputs.src) : undefined;
    if (first?.op !== 'conv_transpose2d' || pixelCount(first.inputs.src.layout) !== 1) return undefined;
    if (kernel.some((size) => size !== stride) || activation === 'tanh' || first.attrs.activation === 'tanh')
      return undefined;
    const attrs = { first: first.attrs, second: node.attrs, hidden: first.output.layout };
    return [{ op: 'pose_encoder', name: node.name, inputs: { src: first.inputs.src }, attrs, output: node.output }];
  });
