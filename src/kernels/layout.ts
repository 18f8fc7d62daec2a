/**
 * A feature map on the GPU. Channels stand in blocks of four, one plane of vec4 a block, so that neighbouring threads
 * read neighbouring pixels: element (block, y, x) is vec4 number (block * height + y) * width + x.
 *
 * `channels` lists the parts of a concatenation; each part starts a new block and its last block is filled up with
 * zero lanes, so concatenating never moves data. A plain map has one part.
 */
export interface Layout {
  readonly channels: readonly number[];
  readonly height: number;
  readonly width: number;
}

/** Number of channels, padding left out. */
export const channelCount = (layout: Layout): number => layout.channels.reduce((a, b) => a + b, 0);

/** Number of blocks of four channels, padding included. */
export const blockCount = (layout: Layout): number => layout.channels.reduce((a, b) => a + Math.ceil(b / 4), 0);

/** Number of pixels of one plane. */
export const pixelCount = (layout: Layout): number => layout.height * layout.width;

/** Number of scalar lanes on the GPU, padding included. */
export const laneCount = (layout: Layout): number => blockCount(layout) * 4 * pixelCount(layout);

/** The lane (block * 4 + component) that holds each channel. */
export function lanes(channels: readonly number[]): Int32Array {
  const result: number[] = [];
  let lane = 0;
  for (const count of channels) {
    for (let i = 0; i < count; i++) result.push(lane + i);
    lane += Math.ceil(count / 4) * 4;
  }
  return Int32Array.from(result);
}

/** (C, H, W) values, as PyTorch keeps them, to the blocked form; padding lanes are zero. */
export function toBlocked(layout: Layout, values: ArrayLike<number>): Float32Array {
  const pixels = pixelCount(layout);
  const result = new Float32Array(laneCount(layout));
  lanes(layout.channels).forEach((lane, c) => {
    const start = (lane >> 2) * pixels * 4 + (lane & 3);
    for (let p = 0; p < pixels; p++) result[start + p * 4] = values[c * pixels + p]!;
  });
  return result;
}

/** The blocked form back to (C, H, W); the inverse of {@link toBlocked}. */
export function fromBlocked(layout: Layout, blocked: ArrayLike<number>): Float32Array {
  const pixels = pixelCount(layout);
  const result = new Float32Array(channelCount(layout) * pixels);
  lanes(layout.channels).forEach((lane, c) => {
    const start = (lane >> 2) * pixels * 4 + (lane & 3);
    for (let p = 0; p < pixels; p++) result[c * pixels + p] = blocked[start + p * 4]!;
  });
  return result;
}
