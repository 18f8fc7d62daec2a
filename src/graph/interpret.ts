import { conv2dRef } from '../kernels/conv2d.ref';
import { convTranspose2dRef } from '../kernels/conv-transpose2d.ref';
import { depthwiseRef } from '../kernels/depthwise.ref';
import { expandDepthwiseRef } from '../kernels/expand-depthwise.ref';
import { gridSampleRef } from '../kernels/grid-sample.ref';
import { interpolateRef } from '../kernels/interpolate.ref';
import { invertedResidualRef } from '../kernels/inverted-residual.ref';
import { channelCount } from '../kernels/layout';
import { normalizeRef } from '../kernels/normalize.ref';
import { poseEncoderRef } from '../kernels/pose-encoder.ref';
import { landmarkMap, rasterizeLandmarksRef } from '../kernels/rasterize-landmarks.ref';
import { resizeImageRef } from '../kernels/resize-image.ref';
import { separableConvRef } from '../kernels/separable-conv.ref';
import { separableRef } from '../kernels/separable.ref';
import { spadeConv2dRef } from '../kernels/spade-conv2d.ref';
import { spadeRef, type SpadeArgs } from '../kernels/spade.ref';
import { toRgba8Ref } from '../kernels/to-rgba8.ref';
import { volume, type Volume } from '../kernels/volume';
import type { Graph, Node, Tensor } from './graph';

/** A value on the CPU: a map as a volume, RGBA as bytes, segments as words. */
export type Value = Volume | Uint8Array | Int32Array;

type Values = Map<string, Value>;

const mapOf = (values: Values, tensor: Tensor): Volume => values.get(tensor.name) as Volume;
const optional = (values: Values, tensor: Tensor | undefined): Volume | undefined => tensor && mapOf(values, tensor);

/**
 * Runs a graph in float64 with the obvious loops, and returns every tensor by name. This is what passes and kernels are
 * checked against; it is meant for small shapes.
 */
export function interpret(graph: Graph, inputs: ReadonlyMap<string, Value>): Values {
  const values: Values = new Map(inputs);
  for (const node of graph.nodes) values.set(node.output.name, evaluate(node, values));
  return values;
}

function evaluate(node: Node, values: Values): Value {
  const { height, width } = node.output.layout;
  const outChannels = channelCount(node.output.layout);
  switch (node.op) {
    case 'conv2d': {
      const src = partOf(values, node.inputs.src, node.attrs.part);
      const addend = optional(values, node.inputs.addend);
      const residual = optional(values, node.inputs.residual);
      return node.attrs.groups === 1
        ? conv2dRef({ ...node.attrs, src, addend, residual, outChannels })
        : depthwiseRef({ ...node.attrs, src, residual });
    }
    case 'conv_transpose2d':
      return convTranspose2dRef({ ...node.attrs, src: mapOf(values, node.inputs.src), outChannels });
    case 'batch_norm': {
      const { scale, shift } = node.attrs;
      return elementwise(mapOf(values, node.inputs.src), (v, c) => v * scale[c]! + shift[c]!);
    }
    case 'relu':
      return elementwise(mapOf(values, node.inputs.src), (v) => Math.max(v, 0));
    case 'tanh':
      return elementwise(mapOf(values, node.inputs.src), Math.tanh);
    case 'add': {
      const b = mapOf(values, node.inputs.b).data;
      return elementwise(mapOf(values, node.inputs.a), (v, _, i) => v + b[i]!);
    }
    case 'cat': {
      const parts = Object.values(node.inputs).map((part) => mapOf(values, part));
      return volume(
        outChannels,
        height,
        width,
        parts.flatMap((part) => [...part.data]),
      );
    }
    case 'interpolate':
      return interpolateRef(mapOf(values, node.inputs.src), node.attrs.index);
    case 'grid_sample':
      return gridSampleRef(
        mapOf(values, node.inputs.feature),
        interpolateRef(mapOf(values, node.inputs.field), node.attrs.index),
      );
    case 'modulate': {
      const gamma = mapOf(values, node.inputs.gamma).data;
      const beta = mapOf(values, node.inputs.beta).data;
      return elementwise(mapOf(values, node.inputs.src), (v, _, i) => v * (1 + gamma[i]!) + beta[i]!);
    }
    case 'normalize':
      return normalizeRef(values.get(node.inputs.src.name) as Uint8Array, height, width);
    case 'to_rgba8':
      return toRgba8Ref(mapOf(values, node.inputs.src));
    case 'resize_image': {
      const { layout, name } = node.inputs.src;
      return resizeImageRef(values.get(name) as Uint8Array, layout.width, layout.height, width, height);
    }
    case 'rasterize_landmarks':
      return drawing(values, node.inputs.segments, width);
    case 'rasterize_atlas': {
      const atlas = volume(3, height, width, landmarkMap(new Uint8Array(height * width)));
      node.attrs.levels.forEach(({ size, x, y }, i) => {
        const { data } = drawing(values, node.inputs[`segments${i}`]!, size);
        for (let row = 0; row < 3 * size; row++) {
          const plane = Math.floor(row / size) * height + (row % size);
          atlas.data.set(data.subarray(row * size, (row + 1) * size), (plane + y) * width + x);
        }
      });
      return atlas;
    }
    case 'pose_encoder': {
      const { first, second, hidden } = node.attrs;
      return poseEncoderRef({
        src: mapOf(values, node.inputs.src),
        first: { ...first, outChannels: channelCount(hidden) },
        second: { ...second, outChannels },
      });
    }
    case 'spade':
      return spadeRef({
        ...spadeArgs(node, values),
        modulation: { map: mapOf(values, node.inputs.modulation), index: node.attrs.modulationIndex },
      });
    case 'spade_conv2d': {
      const { part, weight, bias, kernel, taps } = node.attrs;
      const src = partOf(values, node.inputs.src, part);
      const modulation = { src, weight, bias, kernel, taps, outChannels: 2 * outChannels };
      return spadeConv2dRef({ ...spadeArgs(node, values), modulation });
    }
    case 'separable':
      return separableRef({
        ...node.attrs,
        src: mapOf(values, node.inputs.src),
        residual: optional(values, node.inputs.residual),
        outChannels,
      });
    case 'separable_conv': {
      const { attrs, inputs, output } = node;
      const hiddenChannels = attrs.project.weight.length / channelCount(inputs.src.layout);
      const isBytes = output.format === 'rgba8';
      const src = mapOf(values, inputs.src);
      const image = separableConvRef({ ...attrs, src, hiddenChannels, outChannels: isBytes ? 3 : outChannels });
      return isBytes ? toRgba8Ref(image) : image;
    }
    case 'expand_depthwise':
      return expandDepthwiseRef({ ...node.attrs, src: mapOf(values, node.inputs.src), hiddenChannels: outChannels });
    case 'inverted_residual':
      return invertedResidualRef({
        ...node.attrs,
        src: mapOf(values, node.inputs.src),
        residual: optional(values, node.inputs.residual),
        outChannels,
      });
  }
}

const drawing = (values: Values, segments: Tensor, size: number): Volume =>
  volume(3, size, size, landmarkMap(rasterizeLandmarksRef(values.get(segments.name) as Int32Array, size)));

/** A map, or one part of a concatenation. */
function partOf(values: Values, tensor: Tensor, part: number | undefined): Volume {
  const whole = mapOf(values, tensor);
  if (part === undefined) return whole;
  const pixels = whole.height * whole.width;
  const first = tensor.layout.channels.slice(0, part).reduce((a, b) => a + b, 0);
  const channels = tensor.layout.channels[part]!;
  return { ...whole, channels, data: whole.data.subarray(first * pixels, (first + channels) * pixels) };
}

function spadeArgs({ inputs, attrs }: Node<'spade' | 'spade_conv2d'>, values: Values): Omit<SpadeArgs, 'modulation'> {
  const { content, feature, field } = inputs;
  const { contentIndex, fieldIndex, scale, shift } = attrs;
  return {
    content: content && { map: mapOf(values, content), index: contentIndex! },
    warped: feature && { feature: mapOf(values, feature), field: mapOf(values, field!), index: fieldIndex! },
    scale,
    shift,
  };
}

function elementwise(src: Volume, fn: (value: number, channel: number, index: number) => number): Volume {
  const pixels = src.height * src.width;
  return { ...src, data: src.data.map((v, i) => fn(v, Math.floor(i / pixels), i)) };
}
