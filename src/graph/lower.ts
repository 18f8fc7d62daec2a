import { convTranspose2d } from '../kernels/conv-transpose2d';
import { depthwise } from '../kernels/depthwise';
import { gridSample } from '../kernels/grid-sample';
import { interpolate } from '../kernels/interpolate';
import { blockCount, channelCount, pixelCount, type Layout } from '../kernels/layout';
import { normalize } from '../kernels/normalize';
import { composeProjection } from '../kernels/compose-projection';
import { interleaveBlocks, packColumns, packDense, packDepthwise, packProjection, packVector } from '../kernels/pack';
import { LANDMARK_COLORS } from '../kernels/landmark-colors';
import { poseEncoder } from '../kernels/pose-encoder';
import { rasterizeLandmarks } from '../kernels/rasterize-landmarks';
import { resizeCoefficients } from '../kernels/resize-coefficients';
import { resizeImage } from '../kernels/resize-image';
import { separableConv } from '../kernels/separable-conv';
import { separable } from '../kernels/separable';
import { spade } from '../kernels/spade';
import { doublingPhases } from '../kernels/tap-groups';
import { convTransposeTaps } from '../kernels/taps';
import { toRgba8 } from '../kernels/to-rgba8';
import { dispatchOf, type Dispatch } from './dispatch';
import type { Graph, Node, OpName } from './graph';
import { lowerExpandDepthwise, lowerInvertedResidual } from './lower-inverted-residual';
import { choosePlain, lowerDense, lowerSpadeConv2d, spadeIndex, type ChooseVariant } from './lower-conv2d';
import { indexTable, joinTables, joinVectors, packBias, residualOf } from './lower-constants';

/** Lowers every node of an optimized graph to one dispatch; `choose` picks the variants of dense kernels. */
export const lower = (graph: Graph, choose: ChooseVariant = choosePlain): Dispatch[] =>
  graph.nodes.map((node) => lowerNode(node, choose));

type Lowering<Op extends OpName> = (node: Node<Op>, choose: ChooseVariant) => Dispatch;

/** Ops without an entry have no kernel: passes fuse them into others. */
const LOWERINGS: { readonly [Op in OpName]?: Lowering<Op> } = {
  conv2d: (node, choose) => (node.attrs.groups === 1 ? lowerDense(node, choose) : lowerDepthwise(node)),

  conv_transpose2d({ name, inputs: { src }, attrs, output }) {
    const { kernel, activation, stride } = attrs;
    const spec = { src: src.layout, dst: output.layout, kernel, activation, residual: 'none' as const };
    const weight = packDense(
      outputFirst(attrs, src.layout, output.layout),
      src.layout,
      output.layout,
      kernel[0] * kernel[1],
      1,
    );
    const rows = convTransposeTaps(src.layout.height, kernel[0], stride);
    const cols = convTransposeTaps(src.layout.width, kernel[1], stride);
    return dispatchOf(name, convTranspose2d, spec, {
      src,
      weight,
      bias: packBias(attrs, output.layout),
      taps: joinTables(rows, cols),
      dst: output,
    });
  },

  interpolate({ name, inputs: { src }, attrs, output }) {
    if (src.format !== 'map') throw new Error(`${name}: no kernel resizes a ${src.format}`);
    const spec = { src: src.layout, dst: output.layout };
    return dispatchOf(name, interpolate, spec, { src, index: indexTable(attrs.index), dst: output });
  },

  grid_sample({ name, inputs: { feature, field }, attrs, output }) {
    const spec = { feature: feature.layout, field: field.layout, dst: output.layout };
    return dispatchOf(name, gridSample, spec, { feature, field, index: indexTable(attrs.index), dst: output });
  },

  spade({ name, inputs, attrs, output }) {
    const { content, feature, field, modulation } = inputs;
    const dst = output.layout;
    return dispatchOf(
      name,
      spade,
      {
        content: content?.layout,
        feature: feature?.layout,
        field: field?.layout,
        modulation: modulation.layout,
        dst,
      },
      {
        content,
        feature,
        field,
        modulation,
        norm: joinVectors(packVector(attrs.scale, dst), packVector(attrs.shift, dst)),
        index: joinTables(spadeIndex(attrs, dst), indexTable(attrs.modulationIndex)),
        dst: output,
      },
    );
  },

  spade_conv2d: lowerSpadeConv2d,

  separable({ name, inputs: { src, residual }, attrs, output }) {
    const dst = output.layout;
    const blocks = Math.min(blockCount(dst), 4);
    const spec = { src: src.layout, dst, activation: 'none' as const, residual: residualOf(residual, output), blocks };
    const taps = packDepthwise(attrs.depthwise.weight, src.layout, 9);
    return dispatchOf(name, separable, spec, {
      src,
      depthwise: interleaveBlocks(blockCount(src.layout), taps, packBias(attrs.depthwise, src.layout)),
      project: packProjection(attrs.project.weight, src.layout, dst, blocks),
      bias: packBias(attrs.project, dst, blocks),
      index: indexTable(attrs.index),
      residual,
      dst: output,
    });
  },

  separable_conv({ name, inputs: { src }, attrs, output }) {
    const isRgba8 = output.format === 'rgba8';
    const dst: Layout = isRgba8 ? { ...output.layout, channels: [3] } : output.layout;
    const { weight, bias, tapBias } = composeProjection(
      attrs.project,
      attrs.conv,
      channelCount(src.layout),
      channelCount(dst),
    );
    const spec = { src: src.layout, dst, activation: attrs.activation };
    const phases = packDepthwise(doublingPhases(attrs.depthwise.weight), src.layout, 16);
    return dispatchOf(name, separableConv(isRgba8), spec, {
      src,
      depthwise: interleaveBlocks(blockCount(src.layout), phases, packBias(attrs.depthwise, src.layout)),
      weight: packColumns(weight, src.layout, dst, [3, 3]),
      bias: joinVectors(packVector(bias, dst), ...tapBias.map((vector) => packVector(vector, dst))),
      dst: output,
    });
  },

  expand_depthwise: lowerExpandDepthwise,

  inverted_residual: lowerInvertedResidual,

  normalize: ({ name, inputs: { src }, output }) =>
    dispatchOf(name, normalize, { dst: output.layout }, { src, dst: output }),

  to_rgba8: ({ name, inputs: { src }, output }) => dispatchOf(name, toRgba8, { src: src.layout }, { src, dst: output }),

  resize_image({ name, inputs: { src }, attrs: { axis }, output }) {
    const { height, width } = output.layout;
    const sizes = axis === 'horizontal' ? ([src.layout.width, width] as const) : ([src.layout.height, height] as const);
    const { support, start, weights } = resizeCoefficients(...sizes);
    const spec = { srcHeight: src.layout.height, srcWidth: src.layout.width, height, width, axis, support };
    return dispatchOf(name, resizeImage, spec, { src, coefficients: joinTables(start, weights), dst: output });
  },

  rasterize_landmarks({ name, inputs: { segments }, output }) {
    const levels = [{ size: output.layout.width, x: 0, y: 0, segments: segments.layout.width }];
    const resources = { segments0: segments, colors: mapColors(), dst: output };
    return dispatchOf(name, rasterizeLandmarks, { levels, dst: output.layout }, resources);
  },

  rasterize_atlas({ name, inputs, attrs, output }) {
    const levels = attrs.levels.map((level, i) => ({ ...level, segments: inputs[`segments${i}`]!.layout.width }));
    const resources = { ...inputs, colors: mapColors(), dst: output };
    return dispatchOf(name, rasterizeLandmarks, { levels, dst: output.layout }, resources);
  },

  pose_encoder({ name, inputs: { src }, attrs: { first, second, hidden }, output }) {
    const dst = output.layout;
    const spec = {
      src: src.layout,
      hidden,
      kernel: second.kernel,
      dst,
      hiddenRelu: first.activation === 'relu',
      relu: second.activation === 'relu',
    };
    return dispatchOf(name, poseEncoder, spec, {
      src,
      first: packDense(outputFirst(first, src.layout, hidden), src.layout, hidden, pixelCount(hidden), 1),
      second: packDense(outputFirst(second, hidden, dst), hidden, dst, second.kernel[0] * second.kernel[1], 1),
      bias: joinVectors(packBias(first, hidden), packBias(second, dst)),
      dst: output,
    });
  },
};

function lowerNode(node: Node, choose: ChooseVariant): Dispatch {
  const lowering = LOWERINGS[node.op] as Lowering<OpName> | undefined;
  if (!lowering) throw new Error(`${node.name}: no kernel computes ${node.op} on its own, and no pass fused it`);
  return lowering(node, choose);
}

function lowerDepthwise({ name, inputs: { src, addend, residual }, attrs, output }: Node<'conv2d'>): Dispatch {
  if (addend) throw new Error(`${name}: the depthwise kernel adds nothing before its activation`);
  const { kernel, taps, activation } = attrs;
  const dst = output.layout;
  return dispatchOf(
    name,
    depthwise,
    { src: src.layout, dst, kernel, activation, residual: residualOf(residual, output) },
    {
      src,
      weight: packDepthwise(attrs.weight, dst, kernel[0] * kernel[1]),
      bias: packBias(attrs, dst),
      taps: joinTables(taps.rows, taps.cols),
      residual,
      dst: output,
    },
  );
}

/** Weights (I, O, kh, kw) of a transposed convolution to (O, I, kh, kw). */
function outputFirst({ weight, kernel }: Node<'conv_transpose2d'>['attrs'], src: Layout, dst: Layout): Float64Array {
  const taps = kernel[0] * kernel[1];
  const inputs = channelCount(src);
  const outputs = channelCount(dst);
  const result = new Float64Array(weight.length);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++) {
      const start = (i * outputs + o) * taps;
      result.set(weight.subarray(start, start + taps), (o * inputs + i) * taps);
    }
  }
  return result;
}

/** The colours of the parts as the network wants them, 2 * v / 255 - 1 in float32, one vec4 a part. */
function mapColors(): Float32Array {
  return Float32Array.from(
    LANDMARK_COLORS.flatMap((color) => [...color.map((v) => Math.fround(Math.fround((2 * v) / 255) - 1)), 0]),
  );
}
