import { blockCount, channelCount } from '../../kernels/layout';
import { convTaps } from '../../kernels/taps';
import type { Graph, Node, Tensor } from '../graph';
import { rewrite } from '../rewrite';
import { isDoubling } from './absorb-interpolate';

/**
 * A 3 x 3 convolution to few channels right after a separable block of an upsampled map becomes one `separable_conv` node with it, and the
 * conversion to bytes after that joins them. Between projection and convolution nothing happens, so their weights become
 * one (compose-projection.ts): at full size neither the block's result nor the image in floating point is ever stored.
 */
export const fuseOutput = (graph: Graph): Graph =>
  rewrite(graph, (node, view) => {
    if (node.op === 'to_rgba8') {
      const image = view.isPrivate(node.inputs.src) ? view.producer(node.inputs.src) : undefined;
      return image?.op === 'separable_conv' ? [{ ...image, output: node.output }] : undefined;
    }
    if (node.op !== 'conv2d' || !isPlain(node) || blockCount(node.output.layout) > 1) return undefined;
    const block = view.isPrivate(node.inputs.src) ? view.producer(node.inputs.src) : undefined;
    if (block?.op !== 'separable' || block.inputs.residual || !pays(block, node.output)) return undefined;
    const { index, depthwise, project } = block.attrs;
    if (!isDoubling(index, block.inputs.src)) return undefined;
    const { weight, bias, activation } = node.attrs;
    const attrs = { depthwise, project, conv: { weight, bias }, activation };
    return [{ op: 'separable_conv', name: node.name, inputs: { src: block.inputs.src }, attrs, output: node.output }];
  });

/** True if the convolution over the hidden channels costs no more than projection and convolution one after the other. */
function pays({ inputs, output: { layout } }: Node<'separable'>, dst: Tensor): boolean {
  const hidden = channelCount(inputs.src.layout);
  const [middle, out] = [channelCount(layout), channelCount(dst.layout)];
  return 9 * hidden * out <= middle * (hidden + 9 * out);
}

/** 3 x 3 of stride 1 and padding 1, with nothing added. */
function isPlain({ attrs, inputs }: Node<'conv2d'>): boolean {
  if (attrs.groups !== 1 || inputs.addend || inputs.residual || attrs.kernel.join() !== '3,3') return false;
  const { height, width } = inputs.src.layout;
  const same = (taps: Int32Array, size: number): boolean => taps.join() === convTaps(size, 3, 1, 1).join();
  return same(attrs.taps.rows, height) && same(attrs.taps.cols, width);
}
