const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * One float32 as float16 bits, rounded to nearest, ties to even; beyond 65,504 it becomes infinity, as IEEE 754 says.
 */
export function halfBits(value: number): number {
  float[0] = value;
  return halfOf(bits[0]!);
}

/** Float32 bits to float16 bits. */
function halfOf(x: number): number {
  const sign = (x >>> 16) & 0x8000;
  const exponent = (x >>> 23) & 0xff;
  const mantissa = x & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa ? 0x200 : 0);
  if (exponent < 102) return sign; // below half of the smallest subnormal, 2^-25
  if (exponent < 113) return sign | roundShift(mantissa | 0x800000, 126 - exponent);
  // A carry out of the mantissa goes on into the exponent, up to infinity, which is what rounding should do.
  return sign | Math.min(roundShift(((exponent - 112) << 23) | mantissa, 13), 0x7c00);
}

/** value >> shift, rounded to nearest, ties to even. */
function roundShift(value: number, shift: number): number {
  const kept = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && kept & 1) ? kept + 1 : kept;
}

/** Float32 values as float16 bits. */
export function toHalf(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) halves[i] = halfOf(words[i]!);
  return halves;
}

/** Float16 bits as a number; exact. */
export function halfValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0x1f) return mantissa ? NaN : sign * Infinity;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

let values: Float32Array | undefined;

/** Float16 bits as float32 values. */
export function fromHalf(halves: Uint16Array): Float32Array {
  const table = (values ??= Float32Array.from({ length: 0x10000 }, (_, half) => halfValue(half)));
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < floats.length; i++) floats[i] = table[halves[i]!]!;
  return floats;
}

/** Bfloat16 bits, the upper half of a float32's, as float32 values; exact. */
export function fromBfloat16(words: Uint16Array): Float32Array {
  const result = new Uint32Array(words.length);
  for (let i = 0; i < words.length; i++) result[i] = words[i]! << 16;
  return new Float32Array(result.buffer);
}
