import { composeIndex, throughIndex, type PixelIndex } from '../../kernels/taps';
import type { Graph, Node, Tensor } from '../graph';
import { rewrite, type View } from '../rewrite';

/**
 * Nearest resizing disappears into the index tables of whatever reads it: taps of convolutions, indices of spade, and the
 * residual of a convolution where it is exactly twice as large.
 */
export const absorbInterpolate = (graph: Graph): Graph =>
  rewrite(graph, (node, view) => {
    if (node.op === 'conv2d') {
      const src = resized(node.inputs.src, view);
      if (src) {
        const { rows, cols } = node.attrs.taps;
        const taps = { rows: throughIndex(rows, src.index.rows), cols: throughIndex(cols, src.index.cols) };
        return [{ ...node, inputs: { ...node.inputs, src: src.from }, attrs: { ...node.attrs, taps } }];
      }
      const residual = node.inputs.residual && resized(node.inputs.residual, view);
      if (residual && isDoubling(residual.index, residual.from)) {
        return [{ ...node, inputs: { ...node.inputs, residual: residual.from } }];
      }
    }
    if (node.op === 'spade') return absorbIntoSpade(node, view);
    return undefined;
  });

function absorbIntoSpade(node: Node<'spade'>, view: View): Node[] | undefined {
  const { content, field, modulation } = node.inputs;
  const { contentIndex, fieldIndex, modulationIndex } = node.attrs;
  const smallContent = content && resized(content, view);
  if (smallContent) {
    const attrs = { ...node.attrs, contentIndex: composeIndex(contentIndex!, smallContent.index) };
    return [{ ...node, inputs: { ...node.inputs, content: smallContent.from }, attrs }];
  }
  const smallField = field && resized(field, view);
  if (smallField) {
    const attrs = { ...node.attrs, fieldIndex: composeIndex(fieldIndex!, smallField.index) };
    return [{ ...node, inputs: { ...node.inputs, field: smallField.from }, attrs }];
  }
  const small = resized(modulation, view);
  if (!small) return undefined;
  const attrs = { ...node.attrs, modulationIndex: composeIndex(modulationIndex, small.index) };
  return [{ ...node, inputs: { ...node.inputs, modulation: small.from }, attrs }];
}

function resized(tensor: Tensor, view: View): { from: Tensor; index: PixelIndex } | undefined {
  const node = view.producer(tensor);
  return node?.op === 'interpolate' ? { from: node.inputs.src, index: node.attrs.index } : undefined;
}

/** True if the index is that of nearest x 2 in both directions. */
export const isDoubling = ({ rows, cols }: PixelIndex, { layout }: Tensor): boolean =>
  rows.length === 2 * layout.height &&
  cols.length === 2 * layout.width &&
  rows.every((row, y) => row === y >> 1) &&
  cols.every((col, x) => col === x >> 1);
