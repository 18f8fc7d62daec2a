import { volume, type Volume } from './volume';

/** 2 * byte / 255 - 1 of the first three bytes of each RGBA pixel. */
export function normalizeRef(rgba: Uint8Array, height: number, width: number): Volume {
  const dst = volume(3, height, width);
  const pixels = height * width;
  for (let i = 0; i < dst.data.length; i++)
    dst.data[i] = (2 * rgba[(i % pixels) * 4 + Math.floor(i / pixels)]!) / 255 - 1;
  return dst;
}
