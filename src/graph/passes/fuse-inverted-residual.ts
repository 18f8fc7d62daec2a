import { blockCount, channelCount, laneCount } from '../../kernels/layout';
import { MAX_OUTPUT_BLOCKS } from '../../kernels/inverted-residual';
import { convTaps, isIdentity, throughIndex, type PixelIndex } from '../../kernels/taps';
import type { Dense, Graph, Node, Tensor } from '../graph';
import { rewrite, type View } from '../rewrite';

/** When to fuse; see {@link DEFAULT_FUSION}. */
export interface FusionPolicy {
  /** Fuse depthwise + projection where the projection has at most this many output blocks. */
  readonly separableBlocks: number;
  /** Fuse expansion + depthwise + projection where the hidden tensor would take at least this many bytes in f32. */
  readonly hiddenBytes: number;
}

/**
 * The depthwise work is repeated for every four output blocks of a separable kernel: 9 multiply-adds a hidden channel
 * against 16 of the projection's for each repeat, so up to eight blocks it costs less than the traffic it saves. The
 * whole block fuses where its hidden tensor is larger than a GPU's last-level cache is likely to hold.
 */
export const DEFAULT_FUSION: FusionPolicy = { separableBlocks: 8, hiddenBytes: 24 * 2 ** 20 };

/**
 * Inverted residuals: depthwise 3 x 3 and the 1 x 1 projection after it become one `separable` node, and with the 1 x 1
 * expansion before them one `inverted_residual` node, where the policy says that pays.
 */
export const fuseInvertedResidual = (graph: Graph, policy: FusionPolicy = DEFAULT_FUSION): Graph =>
  rewrite(graph, (project, view) => {
    if (!isPointwise(project) || project.attrs.activation !== 'none' || project.inputs.addend) return undefined;
    const middle = depthwiseBefore(project, view);
    if (!middle) return undefined;
    const { node: depthwise, stride, index } = middle;
    const outBlocks = blockCount(project.output.layout);
    const { src } = depthwise.inputs;
    const residual = project.inputs.residual;
    const tail = { depthwise: dense(depthwise), project: dense(project) };

    const up = upsampling(index, src);
    const expand = view.isPrivate(src) ? view.producer(src) : undefined;
    if (
      expand &&
      isPointwise(expand) &&
      expand.attrs.activation === 'relu' &&
      !expand.inputs.addend &&
      !expand.inputs.residual &&
      up &&
      outBlocks <= MAX_OUTPUT_BLOCKS &&
      laneCount(src.layout) * 4 >= policy.hiddenBytes
    ) {
      const attrs = { ...tail, stride, up, hiddenChannels: channelCount(src.layout), expand: dense(expand) };
      return [
        {
          op: 'inverted_residual',
          name: blockName(project),
          inputs: { src: expand.inputs.src, residual },
          attrs,
          output: project.output,
        },
      ];
    }
    if (stride === 1 && outBlocks <= policy.separableBlocks) {
      return [
        {
          op: 'separable',
          name: blockName(project),
          inputs: { src, residual },
          attrs: { ...tail, stride, index },
          output: project.output,
        },
      ];
    }
    return undefined;
  });

/** 1 or 2 if the index reads every pixel once, or each twice in both directions. */
function upsampling({ rows, cols }: PixelIndex, { layout }: Tensor): 1 | 2 | undefined {
  return ([1, 2] as const).find(
    (up) =>
      rows.length === layout.height * up &&
      cols.length === layout.width * up &&
      rows.every((row, y) => row === Math.floor(y / up)) &&
      cols.every((col, x) => col === Math.floor(x / up)),
  );
}

/** The layer of the whole block: de_up_block1.0.0.1.conv.6 -> de_up_block1.0.0.1. */
const blockName = (project: Node): string => project.name.replace(/\.conv\.\d+$/, '');

const dense = ({ attrs: { weight, bias } }: Node<'conv2d'>): Dense => ({ weight, bias });

function isPointwise(node: Node): node is Node<'conv2d'> {
  if (node.op !== 'conv2d' || node.attrs.groups !== 1) return false;
  const { kernel, taps } = node.attrs;
  const { height, width } = node.inputs.src.layout;
  return kernel[0] === 1 && kernel[1] === 1 && isIdentity(taps.rows, height) && isIdentity(taps.cols, width);
}

function depthwiseBefore(
  project: Node<'conv2d'>,
  view: View,
): { node: Node<'conv2d'>; stride: 1 | 2; index: PixelIndex } | undefined {
  const { src } = project.inputs;
  const node = view.isPrivate(src) ? view.producer(src) : undefined;
  if (node?.op !== 'conv2d' || node.attrs.groups === 1 || node.attrs.activation !== 'relu' || node.inputs.residual)
    return undefined;
  if (node.attrs.kernel[0] !== 3 || node.attrs.kernel[1] !== 3) return undefined;
  for (const stride of [1, 2] as const) {
    const rows = indexOf(node.attrs.taps.rows, stride, node.inputs.src, 'height');
    const cols = indexOf(node.attrs.taps.cols, stride, node.inputs.src, 'width');
    if (rows && cols) return { node, stride, index: { rows, cols } };
  }
  return undefined;
}

/** The index through which taps of a 3-wide convolution of padding 1 read, if that is what they are. */
function indexOf(taps: Int32Array, stride: 1 | 2, src: Tensor, axis: 'height' | 'width'): Int32Array | undefined {
  const output = taps.length / 3;
  // At stride 2 the input may have been 2 n - 1 or 2 n wide; only an input read as it is comes here at that stride.
  const input = stride === 1 ? output : src.layout[axis];
  const index = Int32Array.from({ length: input }, (_, i) => (stride === 1 ? taps[i * 3 + 1]! : i));
  const expected = throughIndex(convTaps(input, 3, stride, 1), index);
  return expected.length === taps.length && expected.every((v, i) => v === taps[i]) ? index : undefined;
}
