/**
 * Colours of a landmark map by part, R G B in the order of the map's channels: nothing, left brow, right brow, left eye,
 * right eye, nose, mouth, contour. Parts are drawn in this order, each over the last.
 */
export const LANDMARK_COLORS: readonly (readonly [number, number, number])[] = [
  [0, 0, 0],
  [0, 0, 255],
  [0, 255, 0],
  [255, 0, 0],
  [255, 255, 0],
  [255, 0, 255],
  [0, 255, 255],
  [125, 125, 125],
];
