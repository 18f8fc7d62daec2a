import { PARTS } from '../../src/drivers/parts';

/** What moves together. */
export type PointGroup = 'face' | 'part' | 'point';

const parts = Object.entries(PARTS) as [keyof typeof PARTS, readonly number[]][];

/** The part of the face that a point belongs to. */
export const partOf = (point: number): keyof typeof PARTS => parts.find(([, points]) => points.includes(point))![0];

const ALL = Array.from({ length: 72 }, (_, i) => i);

/** The points that move with one. */
export function groupOf(point: number, group: PointGroup): readonly number[] {
  if (group === 'face') return ALL;
  return group === 'point' ? [point] : PARTS[partOf(point)];
}

/** The point that is nearest to a place. */
export function nearestPoint(landmarks: ArrayLike<number>, x: number, y: number): number {
  const distance = (i: number): number => Math.hypot(landmarks[i * 2]! - x, landmarks[i * 2 + 1]! - y);
  return ALL.reduce((best, i) => (distance(i) < distance(best) ? i : best));
}

/** Moves points of `landmarks`, in place. */
export function movePoints(landmarks: Float32Array, points: readonly number[], dx: number, dy: number): void {
  for (const i of points) {
    landmarks[i * 2]! += dx;
    landmarks[i * 2 + 1]! += dy;
  }
}

/** Scales points about their middle and turns them (clockwise, radians), in place. One point alone stays where it is. */
export function reshapePoints(landmarks: Float32Array, points: readonly number[], scale: number, turn: number): void {
  const mean = (axis: number): number => points.reduce((sum, i) => sum + landmarks[i * 2 + axis]!, 0) / points.length;
  const [centreX, centreY] = [mean(0), mean(1)];
  const [c, s] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  for (const i of points) {
    const [x, y] = [landmarks[i * 2]! - centreX, landmarks[i * 2 + 1]! - centreY];
    landmarks[i * 2] = centreX + c * x - s * y;
    landmarks[i * 2 + 1] = centreY + s * x + c * y;
  }
}
