/** A feature map on the CPU: (channels, height, width) in C order, as PyTorch keeps it, in float64. */
export interface Volume {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float64Array;
}

/** A volume of zeros, or of the given values. */
export const volume = (channels: number, height: number, width: number, values?: ArrayLike<number>): Volume => ({
  channels,
  height,
  width,
  data: values ? Float64Array.from(values) : new Float64Array(channels * height * width),
});
