import { expandDepthwise, expandDepthwiseTile } from '../kernels/expand-depthwise';
import { invertedResidual, invertedResidualTile, projectBlocks } from '../kernels/inverted-residual';
import { blockCount, channelCount, type Layout } from '../kernels/layout';
import { interleaveBlocks, packDense, packDepthwise, packProjection } from '../kernels/pack';
import { dispatchOf, type Dispatch } from './dispatch';
import type { Dense, Node, Tensor } from './graph';
import { packBias, residualOf } from './lower-constants';

export function lowerExpandDepthwise({ name, inputs: { src }, attrs, output }: Node<'expand_depthwise'>): Dispatch {
  const { stride, up } = attrs;
  const spec = { src: src.layout, dst: output.layout, hidden: channelCount(output.layout), stride, up };
  const { chunk } = expandDepthwiseTile(spec);
  return dispatchOf(name, expandDepthwise, spec, { src, ...packHidden(src, spec.hidden, chunk, attrs), dst: output });
}

export function lowerInvertedResidual({ name, inputs, attrs, output }: Node<'inverted_residual'>): Dispatch {
  const { src, residual } = inputs;
  const dst = output.layout;
  const { stride, up, hiddenChannels: hidden } = attrs;
  const epilogue = { activation: 'none' as const, residual: residualOf(residual, output) };
  const spec = { src: src.layout, hidden, dst, stride, up, ...epilogue };
  const { chunk } = invertedResidualTile(spec);
  const blocks = projectBlocks(dst);
  const project = packProjection(attrs.project.weight, hiddenLayout(src, hidden), dst, blocks);
  return dispatchOf(name, invertedResidual, spec, {
    src,
    ...packHidden(src, hidden, chunk, attrs),
    project: filledUp(project, chunk * blocks * 16),
    bias: packBias(attrs.project, dst, blocks),
    residual,
    dst: output,
  });
}

const hiddenLayout = ({ layout }: Tensor, hidden: number): Layout => ({ ...layout, channels: [hidden] });

/** What hidden-tile.wgsl reads. It takes hidden blocks by the chunk: the last chunk is filled up with zeros. */
function packHidden(
  src: Tensor,
  hidden: number,
  chunk: number,
  { expand, depthwise }: { readonly expand: Dense; readonly depthwise: Dense },
): { expand: Float32Array; depthwise: Float32Array } {
  const layout = hiddenLayout(src, hidden);
  const vectors = interleaveBlocks(
    blockCount(layout),
    packBias(expand, layout),
    packDepthwise(depthwise.weight, layout, 9),
    packBias(depthwise, layout),
  );
  return {
    expand: packDense(expand.weight, src.layout, layout, 1, chunk),
    depthwise: filledUp(vectors, chunk * 11 * 4),
  };
}

/** The vector with zeros up to a multiple of `size`. */
function filledUp(vector: Float32Array, size: number): Float32Array {
  const result = new Float32Array(Math.ceil(vector.length / size) * size);
  result.set(vector);
  return result;
}
