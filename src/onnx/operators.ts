import { channelsOf } from '../graph/builder';
import type { Node, Ops, Tensor } from '../graph/graph';
import { convTaps, isIdentity, type PixelIndex } from '../kernels/taps';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './messages';

/** Collects the nodes and constants of a model. */
export class OnnxBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];
  private readonly shared = new Map<string, string>();

  node(opType: string, output: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}): string {
    this.nodes.push({ opType, name: output, inputs, output, attributes });
    return output;
  }

  floats(name: string, values: ArrayLike<number>, dims: readonly number[] = [values.length]): string {
    this.constants.push({ name, dims, data: Float32Array.from(values) });
    return name;
  }

  ints(name: string, values: readonly number[] | Int32Array): string {
    this.constants.push({ name, dims: [values.length], data: BigInt64Array.from([...values], BigInt) });
    return name;
  }

  /** What `make` gives, made once for every `key`. */
  once(key: string, make: () => string): string {
    let name = this.shared.get(key);
    if (name === undefined) this.shared.set(key, (name = make()));
    return name;
  }
}

type Emit<Op extends keyof Ops> = (onnx: OnnxBuilder, node: Node<Op>) => void;

const int = (value: number): OnnxAttribute => ({ int: value });
const ints = (...values: number[]): OnnxAttribute => ({ ints: values });
const string = (value: string): OnnxAttribute => ({ string: value });

/** How each op of the unfused graph is said in ONNX. Ops that are not here have no counterpart. */
export const OPERATORS: { readonly [Op in keyof Ops]?: Emit<Op> } = {
  conv2d(onnx, { name, inputs: { src, addend, residual }, attrs, output }) {
    const { kernel, groups, weight, bias, taps, activation, part } = attrs;
    const isFused = addend ?? residual ?? part ?? (activation === 'none' ? undefined : activation);
    if (isFused !== undefined) throw new Error(`${name}: only an unfused graph can be exported`);
    const [rows, cols] = [
      strideOf(taps.rows, src.layout.height, kernel[0]),
      strideOf(taps.cols, src.layout.width, kernel[1]),
    ];
    if (!rows || !cols) throw new Error(`${name}: its taps are not those of a plain convolution`);
    const dims = [channelsOf(output), channelsOf(src) / groups, ...kernel];
    onnx.node('Conv', output.name, [src.name, ...parameters(onnx, name, weight, bias, dims)], {
      kernel_shape: ints(...kernel),
      strides: ints(rows.stride, cols.stride),
      pads: ints(rows.padding, cols.padding, rows.padding, cols.padding),
      group: int(groups),
    });
  },
  conv_transpose2d(onnx, { name, inputs: { src }, attrs, output }) {
    const { kernel, stride, weight, bias, activation } = attrs;
    if (activation !== 'none') throw new Error(`${name}: only an unfused graph can be exported`);
    const dims = [channelsOf(src), channelsOf(output), ...kernel];
    onnx.node('ConvTranspose', output.name, [src.name, ...parameters(onnx, name, weight, bias, dims)], {
      kernel_shape: ints(...kernel),
      strides: ints(stride, stride),
    });
  },
  /** With a mean of 0 and a variance of 1: runtimes know how to fold this operator into the convolution before it. */
  batch_norm(onnx, { name, inputs: { src }, attrs: { scale, shift }, output }) {
    const mean = onnx.once(`zeros ${scale.length}`, () =>
      onnx.floats(
        `zeros_${scale.length}`,
        scale.map(() => 0),
      ),
    );
    const variance = onnx.once(`ones ${scale.length}`, () =>
      onnx.floats(
        `ones_${scale.length}`,
        scale.map(() => 1),
      ),
    );
    const affine = [onnx.floats(`${name}.scale`, scale), onnx.floats(`${name}.shift`, shift)];
    onnx.node('BatchNormalization', output.name, [src.name, ...affine, mean, variance], { epsilon: { float: 0 } });
  },
  relu: (onnx, { inputs: { src }, output }) => void onnx.node('Relu', output.name, [src.name]),
  tanh: (onnx, { inputs: { src }, output }) => void onnx.node('Tanh', output.name, [src.name]),
  add: (onnx, { inputs: { a, b }, output }) => void onnx.node('Add', output.name, [a.name, b.name]),
  cat(onnx, { inputs, output }) {
    const parts = Object.values(inputs).map(({ name }) => name);
    onnx.node('Concat', output.name, parts, { axis: int(1) });
  },
  interpolate: (onnx, { inputs: { src }, attrs: { index }, output }) => void resize(onnx, output.name, src, index),
  grid_sample(onnx, { inputs: { feature, field }, attrs: { index }, output }) {
    const grid = onnx.once(`${field.name} ${index.rows.join()} ${index.cols.join()}`, () => {
      const name = `${output.name}.grid`;
      const isWhole = isIdentity(index.rows, field.layout.height) && isIdentity(index.cols, field.layout.width);
      const resized = isWhole ? field.name : resize(onnx, `${output.name}.field`, field, index);
      return onnx.node('Transpose', name, [resized], { perm: ints(0, 2, 3, 1) });
    });
    onnx.node('GridSample', output.name, [feature.name, grid], {
      mode: string('bilinear'),
      padding_mode: string('zeros'),
      align_corners: int(0),
    });
  },
  modulate(onnx, { name, inputs: { src, gamma, beta }, output }) {
    const one = onnx.once('one', () => onnx.floats('one', [1]));
    const factor = onnx.node('Add', `${name}.factor`, [gamma.name, one]);
    onnx.node('Add', output.name, [onnx.node('Mul', `${name}.scaled`, [src.name, factor]), beta.name]);
  },
};

function parameters(
  onnx: OnnxBuilder,
  name: string,
  weight: ArrayLike<number>,
  bias: ArrayLike<number> | undefined,
  dims: readonly number[],
): string[] {
  const names = [onnx.floats(`${name}.weight`, weight, dims)];
  if (bias) names.push(onnx.floats(`${name}.bias`, bias));
  return names;
}

/** Stride and padding of a convolution along one axis, if its table is that of one. */
function strideOf(table: Int32Array, input: number, kernel: number): { stride: number; padding: number } | undefined {
  for (let padding = 0; padding < kernel; padding++) {
    for (let stride = 1; stride <= kernel; stride++) {
      if (isSame(convTaps(input, kernel, stride, padding), table)) return { stride, padding };
    }
  }
  return undefined;
}

/** Nearest resizing: ONNX's own where it reads the same pixels, else one gathering an axis. */
function resize(onnx: OnnxBuilder, output: string, src: Tensor, { rows, cols }: PixelIndex): string {
  const { height, width } = src.layout;
  if (isOnnxNearest(rows, height) && isOnnxNearest(cols, width)) {
    const sizes = onnx.ints(`${output}.sizes`, [1, channelsOf(src), rows.length, cols.length]);
    return onnx.node('Resize', output, [src.name, '', '', sizes], {
      mode: string('nearest'),
      coordinate_transformation_mode: string('asymmetric'),
      nearest_mode: string('floor'),
    });
  }
  const tall = onnx.node('Gather', `${output}.rows`, [src.name, onnx.ints(`${output}.row_index`, rows)], {
    axis: int(2),
  });
  return onnx.node('Gather', output, [tall, onnx.ints(`${output}.col_index`, cols)], { axis: int(3) });
}

/** True where floor(output position / scale) in float32, as ONNX has it, is the table. */
function isOnnxNearest(table: Int32Array, input: number): boolean {
  const scale = Math.fround(table.length / input);
  return table.every((position, i) => position === Math.floor(Math.fround(i / scale)));
}

const isSame = (a: Int32Array, b: Int32Array): boolean => a.length === b.length && a.every((v, i) => v === b[i]);
