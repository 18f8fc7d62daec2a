interface Weights {
  readonly weight: ArrayLike<number>;
  readonly bias?: ArrayLike<number> | undefined;
}

/** A 3 x 3 convolution and the share of its bias that each tap brings only where it lies inside the picture. */
export interface ComposedConv {
  /** (out, in, ky, kx) */
  readonly weight: Float64Array;
  /** The whole bias of a pixel all of whose taps lie inside. */
  readonly bias: Float64Array;
  /** Of each tap (ky * 3 + kx), one value an output channel. */
  readonly tapBias: readonly Float64Array[];
}

/**
 * A 1 x 1 projection and the 3 x 3 convolution after it as one convolution. Zero padding comes between the two, so the
 * projection's bias does not reach a tap outside: those shares are given apart.
 */
export function composeProjection(project: Weights, conv: Weights, inputs: number, outputs: number): ComposedConv {
  const middle = project.weight.length / inputs;
  const weight = new Float64Array(outputs * inputs * 9);
  const tapBias = Array.from({ length: 9 }, () => new Float64Array(outputs));
  const bias = Float64Array.from({ length: outputs }, (_, o) => conv.bias?.[o] ?? 0);
  for (let o = 0; o < outputs; o++) {
    for (let m = 0; m < middle; m++) {
      for (let t = 0; t < 9; t++) {
        const w = conv.weight[(o * middle + m) * 9 + t]!;
        for (let i = 0; i < inputs; i++) weight[(o * inputs + i) * 9 + t]! += w * project.weight[m * inputs + i]!;
        const share = w * (project.bias?.[m] ?? 0);
        tapBias[t]![o]! += share;
        bias[o]! += share;
      }
    }
  }
  return { weight, bias, tapBias };
}
