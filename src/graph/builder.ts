import { channelCount, type Layout } from '../kernels/layout';
import { convTaps, nearestIndex, type PixelIndex } from '../kernels/taps';
import {
  checkGraph,
  type Dense,
  type Format,
  type Graph,
  type Node,
  type OpName,
  type Ops,
  type Tensor,
} from './graph';

type Numbers = Float32Array | Float64Array;

export interface ConvOptions extends Dense {
  readonly outChannels: number;
  readonly kernel: readonly [number, number];
  readonly stride?: number;
  readonly padding?: number;
  readonly groups?: number;
  readonly format?: Format | undefined;
}

/** Builds a graph call by call, inferring every shape. Each call's name becomes the name of its node and its tensor. */
export class GraphBuilder {
  private readonly inputs: Tensor[] = [];
  private readonly nodes: Node[] = [];

  input(name: string, format: Format, layout: Layout): Tensor {
    const tensor = { name, format, layout };
    this.inputs.push(tensor);
    return tensor;
  }

  conv2d(
    name: string,
    src: Tensor,
    { outChannels, stride = 1, padding = 0, groups = 1, format, ...attrs }: ConvOptions,
  ): Tensor {
    const [kh, kw] = attrs.kernel;
    const taps = {
      rows: convTaps(src.layout.height, kh, stride, padding),
      cols: convTaps(src.layout.width, kw, stride, padding),
    };
    // A depthwise convolution keeps the parts of a concatenation where they are.
    const channels = groups === 1 ? [outChannels] : src.layout.channels;
    const layout = { channels, height: taps.rows.length / kh, width: taps.cols.length / kw };
    return this.node('conv2d', name, { src }, { ...attrs, taps, groups, activation: 'none' }, layout, format);
  }

  convTranspose2d(name: string, src: Tensor, options: Omit<ConvOptions, 'padding' | 'groups'>): Tensor {
    const { outChannels, stride = 1, ...attrs } = options;
    const layout = {
      channels: [outChannels],
      height: (src.layout.height - 1) * stride + attrs.kernel[0],
      width: (src.layout.width - 1) * stride + attrs.kernel[1],
    };
    return this.node('conv_transpose2d', name, { src }, { ...attrs, stride, activation: 'none' }, layout);
  }

  batchNorm(name: string, src: Tensor, scale: Numbers, shift: Numbers): Tensor {
    return this.node('batch_norm', name, { src }, { scale, shift }, src.layout);
  }

  relu(name: string, src: Tensor): Tensor {
    return this.node('relu', name, { src }, {}, src.layout);
  }

  tanh(name: string, src: Tensor): Tensor {
    return this.node('tanh', name, { src }, {}, src.layout);
  }

  add(name: string, a: Tensor, b: Tensor): Tensor {
    if (shapeOf(a) !== shapeOf(b)) throw new Error(`${name} adds ${shapeOf(a)} and ${shapeOf(b)}`);
    return this.node('add', name, { a, b }, {}, a.layout, a.format);
  }

  cat(name: string, parts: readonly Tensor[]): Tensor {
    const { height, width } = parts[0]!.layout;
    const channels = parts.flatMap((part) => part.layout.channels);
    return this.node(
      'cat',
      name,
      Object.fromEntries(parts.map((part, i) => [`part${i}`, part])),
      {},
      { channels, height, width },
    );
  }

  /** Nearest resizing to height x width; returns src itself where it already has that size. */
  interpolate(name: string, src: Tensor, height: number, width: number): Tensor {
    if (src.layout.height === height && src.layout.width === width) return src;
    return this.node(
      'interpolate',
      name,
      { src },
      { index: indexTo(src.layout, height, width) },
      { ...src.layout, height, width },
      src.format,
    );
  }

  /** Warps `feature`; the field (two channels: x, y) is nearest-resized to it first. */
  gridSample(name: string, feature: Tensor, field: Tensor): Tensor {
    const { height, width } = feature.layout;
    return this.node(
      'grid_sample',
      name,
      { feature, field },
      { index: indexTo(field.layout, height, width) },
      feature.layout,
    );
  }

  modulate(name: string, src: Tensor, gamma: Tensor, beta: Tensor): Tensor {
    return this.node('modulate', name, { src, gamma, beta }, {}, src.layout);
  }

  normalize(name: string, src: Tensor): Tensor {
    return this.node('normalize', name, { src }, {}, { ...src.layout, channels: [3] });
  }

  toRgba8(name: string, src: Tensor): Tensor {
    return this.node('to_rgba8', name, { src }, {}, { ...src.layout, channels: [4] }, 'rgba8');
  }

  /** Antialiased bilinear resize of RGBA bytes along one axis. */
  resizeImage(name: string, src: Tensor, axis: 'horizontal' | 'vertical', size: number): Tensor {
    const layout = { ...src.layout, [axis === 'horizontal' ? 'width' : 'height']: size };
    return this.node('resize_image', name, { src }, { axis }, layout, 'rgba8');
  }

  /** Line drawing of landmark segments, size x size. */
  rasterizeLandmarks(name: string, segments: Tensor, size: number): Tensor {
    return this.node('rasterize_landmarks', name, { segments }, {}, { channels: [3], height: size, width: size });
  }

  build(outputs: readonly Tensor[]): Graph {
    return checkGraph({ inputs: this.inputs, outputs, nodes: this.nodes });
  }

  /** Adds a node of any kind; the shape of its result is the caller's to know. */
  node<Op extends OpName>(
    op: Op,
    name: string,
    inputs: Ops[Op]['inputs'],
    attrs: Ops[Op]['attrs'],
    layout: Layout,
    format: Format = 'map',
  ): Tensor {
    const output: Tensor = { name, format, layout };
    this.nodes.push({ op, name, inputs, attrs, output } as unknown as Node);
    return output;
  }
}

/** The index of nearest resizing a map of `layout` to height x width. */
export const indexTo = (layout: Layout, height: number, width: number): PixelIndex => ({
  rows: nearestIndex(layout.height, height),
  cols: nearestIndex(layout.width, width),
});

const shapeOf = ({ layout }: Tensor): string => `${channelCount(layout)} x ${layout.height} x ${layout.width}`;

/** Number of channels of a tensor. */
export const channelsOf = (tensor: Tensor): number => channelCount(tensor.layout);
