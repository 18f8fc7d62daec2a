import type { Volume } from './volume';

/** Clamp to [-1, 1], (v + 1) / 2 * 255, truncated to a byte; alpha 255. */
export function toRgba8Ref(src: Volume): Uint8Array {
  const pixels = src.height * src.width;
  const rgba = new Uint8Array(pixels * 4).fill(255);
  for (let i = 0; i < 3 * pixels; i++) {
    const v = Math.min(Math.max(src.data[i]!, -1), 1);
    rgba[(i % pixels) * 4 + Math.floor(i / pixels)] = Math.trunc(((v + 1) / 2) * 255);
  }
  return rgba;
}
