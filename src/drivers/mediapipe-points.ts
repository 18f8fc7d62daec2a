import { mirrorLandmarks } from './parts';

/** One point of MediaPipe's face mesh: x and y as parts of the picture's width and height, from its upper left corner. */
export interface MeshPoint {
  readonly x: number;
  readonly y: number;
}

/**
 * The mesh points (of 468, or 478 with irises) that lie where the 72 do; the mean of two where none does. Found on the canonical mesh
 * against published landmark files; right to about 4 % of the distance of the eyes there.
 */
export const MESH_POINTS: readonly (number | readonly [number, number])[] = [
  ...[127, 234, 93, 132, 58, [172, 136] as const, 150, 176, 152],
  ...[356, 454, 323, 361, 288, [397, 365] as const, 379, 400],
  ...[70, 63, 105, 66, 107],
  ...[336, 296, 334, 293, 300],
  ...[168, 197, [195, 5] as const, 4],
  ...[98, 99, 2, 328, 327],
  ...[33, 161, [159, 160] as const, 158, 133, 153, 145, 163],
  ...[362, 385, [386, 387] as const, 388, 263, 390, 374, 380],
  ...[61, 37, 40, 78, 80],
  ...[291, 267, 270, 308, 310],
  ...[0, 13],
  ...[318, 321, 314],
  ...[88, 91, 84],
  ...[14, 17],
];

/**
 * The 72 landmarks of a mesh in the middle square of a picture: [-1, 1] is its shorter side, so that a head keeps its shape in pictures
 * of any form. `mirror` turns the face over, as in a mirror.
 */
export function landmarksOfMesh(
  mesh: readonly MeshPoint[],
  width: number,
  height: number,
  mirror = false,
): Float32Array {
  const short = Math.min(width, height);
  const landmarks = new Float32Array(144);
  MESH_POINTS.forEach((index, i) => {
    const [a, b] = typeof index === 'number' ? [index, index] : index;
    const [p, q] = [mesh[a]!, mesh[b]!];
    landmarks[i * 2] = ((p.x + q.x - 1) * width) / short;
    landmarks[i * 2 + 1] = ((p.y + q.y - 1) * height) / short;
  });
  return mirror ? mirrorLandmarks(landmarks) : landmarks;
}
