import type { Dense, Graph } from '../graph';
import { rewrite } from '../rewrite';

type Numbers = Float32Array | Float64Array;

/**
 * A batch norm after a convolution becomes part of its weights and bias. Folding is done in float64; weights are
 * rounded to float32 once, when they are packed.
 */
export const foldBatchNorm = (graph: Graph): Graph =>
  rewrite(graph, (node, view) => {
    if (node.op !== 'batch_norm') return undefined;
    const conv = view.producer(node.inputs.src);
    if (conv?.op !== 'conv2d' && conv?.op !== 'conv_transpose2d') return undefined;
    if (!view.isPrivate(conv.output) || conv.attrs.activation !== 'none') return undefined;
    const { scale, shift } = node.attrs;
    if (conv.op === 'conv_transpose2d') {
      return [{ ...conv, attrs: { ...conv.attrs, ...foldTransposed(conv.attrs, scale, shift) }, output: node.output }];
    }
    if (conv.inputs.addend || conv.inputs.residual) return undefined;
    return [{ ...conv, attrs: { ...conv.attrs, ...fold(conv.attrs, scale, shift) }, output: node.output }];
  });

const foldBias = (bias: Numbers | undefined, scale: Numbers, shift: Numbers): Float64Array =>
  Float64Array.from(scale, (s, c) => (bias?.[c] ?? 0) * s + shift[c]!);

/** Weights (O, ...): the output channel is the slowest axis. */
const fold = ({ weight, bias }: Dense, scale: Numbers, shift: Numbers): Dense => ({
  weight: scaled(weight, scale, weight.length / scale.length),
  bias: foldBias(bias, scale, shift),
});

/** Weights (I, O, kh, kw). */
function foldTransposed(attrs: Dense & { kernel: readonly [number, number] }, scale: Numbers, shift: Numbers): Dense {
  const taps = attrs.kernel[0] * attrs.kernel[1];
  return { weight: scaled(attrs.weight, scale, taps), bias: foldBias(attrs.bias, scale, shift) };
}

/** Runs of `length` weights, each times the scale of its channel, round and round. A loop: `from` with a function took a second. */
function scaled(weight: Numbers, scale: Numbers, length: number): Float64Array {
  const result = new Float64Array(weight.length);
  for (let start = 0; start < weight.length; start += length) {
    const factor = scale[(start / length) % scale.length]!;
    for (let i = start; i < start + length; i++) result[i] = weight[i]! * factor;
  }
  return result;
}
