import { readWords, WORKGROUP, writeMap, type Kernel } from './kernel';
import { pixelCount, type Layout } from './layout';
import code from './rasterize-landmarks.wgsl?raw';

/** A square drawing in a larger map: its side and its upper left corner. */
export interface AtlasLevel {
  readonly size: number;
  readonly x: number;
  readonly y: number;
}

export interface RasterizeLandmarksSpec {
  /** One to three drawings, and the number of records in the segments buffer of each. */
  readonly levels: readonly (AtlasLevel & { readonly segments: number })[];
  readonly dst: Layout;
}

/** What a segment is: a plus of five pixels, a line at least as wide as high, a line higher than wide. */
export const SEGMENT_KIND = { dot: 0, flat: 1, steep: 2 } as const;

/**
 * A segment as the kernel wants it, inside the picture and from left to right. As a record of eight i32: part, kind, x, y,
 * steps along the major axis, steps along the minor axis, direction of y (1 or -1), 0. A record of part 0 is skipped.
 */
export interface Segment {
  readonly part: number;
  readonly kind: (typeof SEGMENT_KIND)[keyof typeof SEGMENT_KIND];
  readonly x: number;
  readonly y: number;
  readonly major: number;
  readonly minor: number;
  readonly direction: 1 | -1;
}

/** i32 words of a segment's record. */
export const SEGMENT_WORDS = 8;

/** Segments as records, filled up with skipped ones to `count`. */
export function packSegments(segments: readonly (Segment | undefined)[], count: number): Int32Array {
  const words = new Int32Array(count * SEGMENT_WORDS);
  segments.forEach((segment, i) => {
    if (segment) words.set(recordOf(segment), i * SEGMENT_WORDS);
  });
  return words;
}

const recordOf = ({ part, kind, x, y, major, minor, direction }: Segment): number[] => [
  part,
  kind,
  x,
  y,
  major,
  minor,
  direction,
  0,
];

/** Landmark segments to a map of three channels, up to three drawings in it. */
export const rasterizeLandmarks: Kernel<RasterizeLandmarksSpec> = {
  name: 'rasterize-landmarks',
  code,
  bindings: {
    segments0: readWords,
    segments1: readWords,
    segments2: readWords,
    colors: readWords,
    dst: writeMap,
  },
  constants: ({ levels, dst }) => ({
    HEIGHT: dst.height,
    WIDTH: dst.width,
    ...Object.fromEntries(
      [0, 1, 2].flatMap((i) => {
        const { size = 0, x = 0, y = 0, segments = 0 } = levels[i] ?? {};
        return Object.entries({ SIZE: size, X: x, Y: y, COUNT: segments }).map(([name, value]) => [
          `${name}${i}`,
          value,
        ]);
      }),
    ),
  }),
  workgroup: () => WORKGROUP,
  threads: ({ dst }) => pixelCount(dst),
  macs: () => 0,
};
