import { blockCount, channelCount, laneCount } from '../../kernels/layout';
import { MAX_OUTPUT_BLOCKS } from '../../kernels/inverted-residual';
import { convTaps, isIdentity, throughIndex, type PixelIndex } from '../../kernels/taps';
import type { Dense, Graph, Node, Tensor } from '../graph';
import { rewrite, type View } from '../rewrite';

/** When to fuse; sizes are those of the hidden tensor in f32. */
export interface FusionPolicy {
  /** Fuse expansion + depthwise + projection where the projection has at most this many output blocks … */
  readonly wholeBlocks: number;
  /** … and the hidden tensor takes at least this many bytes. */
  readonly wholeBytes: number;
  /** Else fuse depthwise + projection where the projection has at most this many output blocks. */
  readonly separableBlocks: number;
  /** Else fuse expansion + depthwise where the hidden tensor takes at least this many bytes. */
  readonly expandBytes: number;
}

/**
 * A GPU: the hidden tensor, six times its input, is what costs. Up to eight output blocks the whole block fuses, since one
 * thread holds them all; wider ones fuse in front of a plain product, which keeps thousands of workgroups busy. Maps of a
 * few thousand pixels have too few tiles for that, and their hidden tensor stays in the cache.
 */
export const GPU_FUSION: FusionPolicy = { wholeBlocks: 8, wholeBytes: 5e6, separableBlocks: 8, expandBytes: 2e6 };

/**
 * A CPU that plays GPU: memory is near, and kernels with workgroup memory run at half speed (docs/experiments). They are
 * taken only where the hidden tensor would not fit into the 128 MiB of a binding.
 */
export const SOFTWARE_FUSION: FusionPolicy = {
  wholeBlocks: MAX_OUTPUT_BLOCKS,
  wholeBytes: 96e6,
  separableBlocks: 8,
  expandBytes: Infinity,
};

/**
 * The same for what runs once per source. No frame waits for it, but frames share its memory, and the encoder's hidden
 * tensors are the largest of all: at 256 they alone would take 12.6 MB.
 */
export const SOFTWARE_FUSION_ONCE: FusionPolicy = { ...SOFTWARE_FUSION, wholeBytes: 12e6 };

/** The policy for the block that ends in a node. */
export type ChoosePolicy = (node: Node) => FusionPolicy;

/**
 * Inverted residuals: 1 x 1 expansion, depthwise 3 x 3 and 1 x 1 projection become one `inverted_residual` node, or two of
 * the three become `separable` or `expand_depthwise`, as the policy says.
 */
export const fuseInvertedResidual = (graph: Graph, choosePolicy: ChoosePolicy): Graph =>
  fuseExpansion(fuseProjection(graph, choosePolicy), choosePolicy);

const fuseProjection = (graph: Graph, choosePolicy: ChoosePolicy): Graph =>
  rewrite(graph, (project, view) => {
    const policy = choosePolicy(project);
    if (!isPointwise(project) || project.attrs.activation !== 'none' || project.inputs.addend) return undefined;
    const depthwise = view.isPrivate(project.inputs.src) ? view.producer(project.inputs.src) : undefined;
    const reading = depthwise && readingOf(depthwise);
    if (!reading) return undefined;
    const { node, stride, index } = reading;
    const outBlocks = blockCount(project.output.layout);
    const { src } = node.inputs;
    const { residual } = project.inputs;
    const name = blockName(project);
    const up = upsampling(index, src);
    const expand = up && expansionBefore(src, view);
    const hiddenBytes = hiddenSize(node);

    if (expand && outBlocks <= Math.min(policy.wholeBlocks, MAX_OUTPUT_BLOCKS) && hiddenBytes >= policy.wholeBytes) {
      const hiddenChannels = channelCount(src.layout);
      const weights = { expand: dense(expand), depthwise: dense(node), project: dense(project) };
      const attrs = { ...weights, stride, up, hiddenChannels };
      const inputs = { src: expand.inputs.src, residual };
      return [{ op: 'inverted_residual', name, inputs, attrs, output: project.output }];
    }
    if (stride === 1 && outBlocks <= policy.separableBlocks) {
      const attrs = { depthwise: dense(node), project: dense(project), stride, index };
      return [{ op: 'separable', name, inputs: { src, residual }, attrs, output: project.output }];
    }
    return undefined;
  });

const fuseExpansion = (graph: Graph, choosePolicy: ChoosePolicy): Graph =>
  rewrite(graph, (node, view) => {
    const reading = readingOf(node);
    if (!reading || hiddenSize(reading.node) < choosePolicy(node).expandBytes) return undefined;
    const { stride, index } = reading;
    const up = upsampling(index, reading.node.inputs.src);
    const expand = up && expansionBefore(reading.node.inputs.src, view);
    if (!expand) return undefined;
    const attrs = { expand: dense(expand), depthwise: dense(reading.node), stride, up };
    return [
      { op: 'expand_depthwise', name: node.name, inputs: { src: expand.inputs.src }, attrs, output: node.output },
    ];
  });

/** Bytes in f32 of the larger of the hidden tensors before and after a depthwise convolution. */
const hiddenSize = ({ inputs, output }: Node<'conv2d'>): number =>
  Math.max(laneCount(inputs.src.layout), laneCount(output.layout)) * 4;

/** The 1 x 1 convolution with relu that makes a tensor nobody else reads. */
function expansionBefore(src: Tensor, view: View): Node<'conv2d'> | undefined {
  const node = view.isPrivate(src) ? view.producer(src) : undefined;
  if (!node || !isPointwise(node) || node.attrs.activation !== 'relu') return undefined;
  return node.inputs.addend || node.inputs.residual ? undefined : node;
}

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

/** How a depthwise 3 x 3 of padding 1 with relu reads its source; undefined if the node is none. */
function readingOf(node: Node): { node: Node<'conv2d'>; stride: 1 | 2; index: PixelIndex } | undefined {
  if (node.op !== 'conv2d' || node.attrs.groups === 1 || node.attrs.activation !== 'relu' || node.inputs.residual)
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
