const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** The points of each part. Left is left in the picture. The contour runs 0..7 down the left, 8 the chin, 9..16 down the right. */
export const PARTS = {
  contour: range(0, 17),
  leftBrow: range(17, 22),
  rightBrow: range(22, 27),
  nose: range(27, 36),
  leftEye: range(36, 44),
  rightEye: range(44, 52),
  mouth: range(52, 72),
} as const;

/** Corners of each eye, the outer one first for the left and the inner one for the right, and pairs of upper and lower lid. */
export const EYES = {
  leftEye: {
    corners: [36, 40],
    lids: [
      [37, 43],
      [38, 42],
      [39, 41],
    ],
  },
  rightEye: {
    corners: [44, 48],
    lids: [
      [45, 51],
      [46, 50],
      [47, 49],
    ],
  },
} as const;

export const MOUTH_CORNERS = [52, 57] as const;

/** Inner edges of the upper and the lower lip, above one another. */
export const INNER_LIPS = [
  [56, 67],
  [63, 70],
  [61, 64],
] as const;

/** The lower end of the contour, which the jaw moves. */
export const CHIN = [7, 8, 16] as const;

/** The point on the other side of the face; the middle ones are their own. */
export const MIRRORED: readonly number[] = (() => {
  const other = range(0, 72);
  const pairs: readonly (readonly [number, number])[] = [
    ...range(0, 8).map((i) => [i, i + 9] as const),
    ...range(0, 5).map((i) => [17 + i, 26 - i] as const),
    [31, 35],
    [32, 34],
    ...range(0, 5).map((i) => [36 + i, 48 - i] as const),
    ...range(0, 3).map((i) => [41 + i, 51 - i] as const),
    ...range(0, 5).map((i) => [52 + i, 57 + i] as const),
    ...range(0, 3).map((i) => [64 + i, 67 + i] as const),
  ];
  for (const [a, b] of pairs) [other[a], other[b]] = [b, a];
  return other;
})();

/** A face as a mirror shows it: x turned over, left points for right ones. */
export const mirrorLandmarks = (landmarks: ArrayLike<number>): Float32Array =>
  Float32Array.from({ length: 144 }, (_, i) => {
    const value = landmarks[MIRRORED[i >> 1]! * 2 + (i % 2)]!;
    return i % 2 === 0 ? -value : value;
  });
