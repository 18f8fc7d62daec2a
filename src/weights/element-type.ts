import { fromBfloat16, fromHalf } from '../half';

/** Element types of weights, by their safetensors names. */
export type ElementType = 'F32' | 'F16' | 'BF16' | 'F64' | 'I64';

/** Bytes of one element. */
export const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = { F32: 4, F16: 2, BF16: 2, F64: 8, I64: 8 };

export const isElementType = (name: string): name is ElementType => Object.hasOwn(ELEMENT_BYTES, name);

/**
 * Little-endian elements as numbers. float32 and float64 come back as views of `bytes` where alignment allows, so do not
 * write to them. int64 beyond 2^53 is rounded.
 */
export function decodeElements(type: ElementType, bytes: Uint8Array): Float32Array | Float64Array {
  const size = ELEMENT_BYTES[type];
  // Every host of WebGPU is little-endian, so typed arrays may look at the bytes as they are.
  // A Buffer of Node is a Uint8Array whose slice() does not copy, so the constructor copies.
  const { buffer, byteOffset } = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  const length = bytes.length / size;
  switch (type) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, length);
    case 'F64':
      return new Float64Array(buffer, byteOffset, length);
    case 'F16':
      return fromHalf(new Uint16Array(buffer, byteOffset, length));
    case 'BF16':
      return fromBfloat16(new Uint16Array(buffer, byteOffset, length));
    case 'I64':
      return Float64Array.from(new BigInt64Array(buffer, byteOffset, length), Number);
  }
}
