import { LANDMARK_COLORS } from './landmark-colors';
import { SEGMENT_KIND, SEGMENT_WORDS } from './rasterize-landmarks';

/**
 * Draws segment records one after another into n x n part numbers, walking each line step by step as OpenCV's
 * LineIterator does; the kernel asks each pixel instead, so that one checks the other.
 */
export function rasterizeLandmarksRef(segments: Int32Array, n: number): Uint8Array {
  const parts = new Uint8Array(n * n);
  const put = (x: number, y: number, part: number): void => {
    if (x >= 0 && x < n && y >= 0 && y < n) parts[y * n + x] = part;
  };
  for (let at = 0; at < segments.length; at += SEGMENT_WORDS) {
    const [part, kind, x0, y0, major, minor, direction] = segments.subarray(
      at,
      at + SEGMENT_WORDS,
    ) as unknown as number[];
    if (!part) continue;
    if (kind === SEGMENT_KIND.dot) {
      for (const [dx, dy] of [
        [0, 0],
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const)
        put(x0! + dx, y0! + dy, part);
      continue;
    }
    const steep = kind === SEGMENT_KIND.steep;
    let [x, y, error] = [x0!, y0!, 0];
    for (let step = 0; step <= major! + minor!; step++) {
      put(x, y, part);
      const isMinor = error < 0;
      error += isMinor ? 2 * major! : -2 * minor!;
      if (isMinor === steep) x += 1;
      else y += direction!;
    }
  }
  return parts;
}

/** Part numbers of a picture to the map of three channels that the network reads: 2 * v / 255 - 1 in float32. */
export function landmarkMap(parts: Uint8Array): Float32Array {
  const pixels = parts.length;
  const map = new Float32Array(3 * pixels);
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < pixels; i++) {
      const value = LANDMARK_COLORS[parts[i]!]![c]!;
      map[c * pixels + i] = Math.fround((2 * value) / 255) - 1;
    }
  return map;
}
