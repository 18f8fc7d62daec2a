import { expect, test } from 'vitest';
import { resizeCoefficients } from '../../src/kernels/resize-coefficients';
import { resizeImageRef } from '../../src/kernels/resize-image.ref';
import { goldenFile } from '../golden-file';

/** Pillow's pictures, made by tools/goldens/make-resize.py. */
const { entries } = goldenFile('resize.safetensors');
const names = [...entries.keys()].filter((name) => name.endsWith('/src')).map((name) => name.replace('/src', ''));

const rgba = (rgb: Uint8Array): Uint8Array =>
  Uint8Array.from({ length: (rgb.length / 3) * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : rgb[Math.floor(i / 4) * 3 + (i % 4)]!,
  );

test.each(names)('picture %s is what Pillow makes of it, to the byte', (name) => {
  const src = entries.get(`${name}/src`)!;
  const out = entries.get(`${name}/out`)!;
  const [inHeight, inWidth] = src.shape as [number, number];
  const [height, width] = out.shape as [number, number];
  const wide = resizeImageRef(rgba(src.bytes), inWidth, inHeight, width, inHeight);
  expect(Buffer.compare(resizeImageRef(wide, width, inHeight, width, height), rgba(out.bytes))).toBe(0);
});

test('weights of every output pixel sum to one, to a unit a weight', () => {
  const { support, weights, start } = resizeCoefficients(1000, 48);
  for (let o = 0; o < start.length; o++) {
    const sum = weights.subarray(o * support, (o + 1) * support).reduce((a, b) => a + b, 0);
    expect(Math.abs(sum - 2 ** 22)).toBeLessThanOrEqual(support);
  }
});
