import type { PixelIndex } from '../../kernels/taps';
import type { Graph, Tensor } from '../graph';
import { rewrite } from '../rewrite';

/**
 * Where every pixel of a `spade` has a modulation of its own, the convolution that makes it joins the node: gamma and beta
 * are used in the thread that sums them. Runs after distinctRows, which leaves fewer modulations than pixels where it can.
 */
export const fuseSpadeConv = (graph: Graph): Graph =>
  rewrite(graph, (node, view) => {
    if (node.op !== 'spade' || !isOwn(node.attrs.modulationIndex, node.inputs.modulation)) return undefined;
    const { modulation, ...parts } = node.inputs;
    const conv = view.isPrivate(modulation) ? view.producer(modulation) : undefined;
    if (conv?.op !== 'conv2d' || conv.attrs.groups !== 1 || conv.attrs.activation !== 'none') return undefined;
    if (conv.inputs.addend || conv.inputs.residual) return undefined;
    const { scale, shift, contentIndex, fieldIndex } = node.attrs;
    const { weight, bias, kernel, taps, part } = conv.attrs;
    const attrs = { scale, shift, contentIndex, fieldIndex, weight, bias, kernel, taps, part };
    const inputs = { ...parts, src: conv.inputs.src };
    return [{ op: 'spade_conv2d', name: node.name, inputs, attrs, output: node.output }];
  });

const isOwn = ({ rows, cols }: PixelIndex, { layout }: Tensor): boolean =>
  rows.length === layout.height &&
  cols.length === layout.width &&
  rows.every((row, y) => row === y) &&
  cols.every((col, x) => col === x);
