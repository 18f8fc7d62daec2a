import type { MotionField } from '../../src/index';
import { TOPOLOGY } from '../../src/model/landmarks';

type Part = keyof (typeof TOPOLOGY)[2];

/** A colour for each part of the face that stands out from skin and from the others. */
export const PART_COLORS: Readonly<Record<Part, string>> = {
  leftBrow: '#6ea8ff',
  rightBrow: '#6ea8ff',
  leftEye: '#7ef0c0',
  rightEye: '#7ef0c0',
  nose: '#ffd166',
  mouth: '#ff8fab',
  contour: '#ffffff',
};

/** The lines of a face as the network is shown them, finest level, with the part each belongs to. */
export const FACE_LINES = Object.entries(TOPOLOGY[2]).flatMap(([part, lines]) =>
  lines.map((points) => ({ part: part as Part, points })),
);

/** Draws 72 landmarks ([-1, 1] coordinates) over a square canvas. */
export function drawLandmarks(context: CanvasRenderingContext2D, landmarks: ArrayLike<number>): void {
  const half = context.canvas.width / 2;
  const at = (i: number): [number, number] => [(landmarks[i * 2]! + 1) * half, (landmarks[i * 2 + 1]! + 1) * half];
  context.lineJoin = context.lineCap = 'round';
  for (const [width, alpha] of [
    [half / 45, 0.35],
    [half / 110, 0.95],
  ] as const) {
    for (const { part, points } of FACE_LINES) {
      context.beginPath();
      for (const point of points) context.lineTo(...at(point));
      context.lineWidth = width;
      context.strokeStyle = width > half / 60 ? '#000' : PART_COLORS[part];
      context.globalAlpha = alpha;
      context.stroke();
    }
  }
  context.globalAlpha = 1;
}

/** Arrows across the picture. */
const ARROWS = 20;

/**
 * Draws a motion field over a square canvas: from where a part of the source lies to where the frame shows it, for every 20th of
 * the picture. Hue is the direction.
 */
export function drawMotion(context: CanvasRenderingContext2D, { width, height, data }: MotionField): void {
  const side = context.canvas.width;
  context.lineWidth = side / 280;
  context.lineCap = 'round';
  for (let row = 0; row < ARROWS; row++) {
    for (let column = 0; column < ARROWS; column++) {
      const [u, v] = [(column + 0.5) / ARROWS, (row + 0.5) / ARROWS];
      const pixel = Math.floor(v * height) * width + Math.floor(u * width);
      const [fromX, fromY] = [((data[pixel * 2]! + 1) / 2) * side, ((data[pixel * 2 + 1]! + 1) / 2) * side];
      const [x, y] = [u * side, v * side];
      const hue = (Math.atan2(y - fromY, x - fromX) * 180) / Math.PI;
      context.strokeStyle = context.fillStyle = `hsl(${hue} 100% 65%)`;
      context.beginPath();
      context.moveTo(fromX, fromY);
      context.lineTo(x, y);
      context.stroke();
      context.beginPath();
      context.arc(x, y, side / 160, 0, 2 * Math.PI);
      context.fill();
    }
  }
}
