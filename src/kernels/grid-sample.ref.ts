import { volume, type Volume } from './volume';

/**
 * torch.nn.functional.grid_sample(mode = 'bilinear', padding_mode = 'zeros', align_corners = False).
 * `field` has two channels (x, y) and the size of the result.
 */
export function gridSampleRef(feature: Volume, field: Volume): Volume {
  const { height: h, width: w } = feature;
  const dst = volume(feature.channels, field.height, field.width);
  const pixels = dst.height * dst.width;
  for (let p = 0; p < pixels; p++) {
    const px = ((field.data[p]! + 1) * w - 1) / 2;
    const py = ((field.data[pixels + p]! + 1) * h - 1) / 2;
    const x0 = Math.floor(px);
    const y0 = Math.floor(py);
    for (let c = 0; c < dst.channels; c++) {
      let sum = 0;
      for (const y of [y0, y0 + 1]) {
        for (const x of [x0, x0 + 1]) {
          if (x < 0 || x >= w || y < 0 || y >= h) continue;
          sum += (1 - Math.abs(px - x)) * (1 - Math.abs(py - y)) * feature.data[(c * h + y) * w + x]!;
        }
      }
      dst.data[c * pixels + p] = sum;
    }
  }
  return dst;
}
