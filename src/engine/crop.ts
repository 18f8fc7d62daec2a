import { RhoError } from '../errors';
import type { Face } from './face';
import { TX, TY } from './head-pose';
import { checkSides, type Picture } from './pictures';

/** A part of a picture in its pixels; it may reach beyond the edges, which are then repeated. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Throws BAD_INPUT unless the crop is of whole pixels and touches the picture. */
export function checkCrop({ x, y, width, height }: Crop, pictureWidth: number, pictureHeight: number): void {
  checkSides(width, height, 'crop');
  const touches = x < pictureWidth && y < pictureHeight && x + width > 0 && y + height > 0;
  if (Number.isInteger(x) && Number.isInteger(y) && touches) return;
  throw new RhoError(
    'BAD_INPUT',
    `the crop at (${x}, ${y}) of ${width} x ${height} must be of whole pixels and touch the picture of ${pictureWidth} x ${pictureHeight}`,
  );
}

/** The part of a crop that lies inside the picture. */
export function inside({ x, y, width, height }: Crop, pictureWidth: number, pictureHeight: number): Crop {
  const [left, top] = [Math.max(x, 0), Math.max(y, 0)];
  return {
    x: left,
    y: top,
    width: Math.min(x + width, pictureWidth) - left,
    height: Math.min(y + height, pictureHeight) - top,
  };
}

/** A copy of a part of a picture, its edges repeated outside. */
export function cropPixels(picture: Picture, crop: Crop): Picture {
  const { width, height } = crop;
  const words = new Uint32Array(width * height);
  const source = wordsOf(picture);
  for (let row = 0; row < height; row++) {
    const start = clamp(crop.y + row, picture.height) * picture.width;
    for (let column = 0; column < width; column++)
      words[row * width + column] = source[start + clamp(crop.x + column, picture.width)]!;
  }
  return { width, height, data: new Uint8Array(words.buffer) };
}

const clamp = (at: number, size: number): number => Math.min(Math.max(at, 0), size - 1);

/** The pixels as words, without a copy where their address allows it. */
function wordsOf({ data }: Picture): Uint32Array {
  const { buffer, byteOffset, length } = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Uint32Array(buffer, byteOffset, length / 4);
}

/**
 * The square around a face that the network was trained on, roughly: centred on its landmarks and `margin` times as large as
 * they are (2 unless given). `landmarks` are in [-1, 1] coordinates of a picture of `width` x `height` pixels. It may reach
 * beyond the picture.
 */
export function cropAround(landmarks: ArrayLike<number>, width: number, height: number, margin = 2): Crop {
  const xs = Array.from({ length: landmarks.length / 2 }, (_, i) => ((landmarks[i * 2]! + 1) / 2) * width);
  const ys = Array.from({ length: landmarks.length / 2 }, (_, i) => ((landmarks[i * 2 + 1]! + 1) / 2) * height);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const side = Math.max(Math.round(Math.max(right - left, bottom - top) * margin), 1);
  return {
    x: Math.round((left + right - side) / 2),
    y: Math.round((top + bottom - side) / 2),
    width: side,
    height: side,
  };
}

/**
 * A face of a whole picture (`width` x `height` pixels) as it is in a part of it: landmarks in [-1, 1] of the crop, translation
 * and scale of the head pose to match. The crop should be a square.
 */
export function faceInCrop({ landmarks, headPose }: Face, width: number, height: number, crop: Crop): Face {
  const [scaleX, scaleY] = [width / crop.width, height / crop.height];
  const mapX = (x: number): number => (((x + 1) / 2) * width - crop.x) / (crop.width / 2) - 1;
  const mapY = (y: number): number => (((y + 1) / 2) * height - crop.y) / (crop.height / 2) - 1;
  const [rx, ry, rz, tx, ty, scale] = Array.from(headPose) as [number, number, number, number, number, number];
  const nose = { x: (tx - TX.offset) / TX.slope, y: (ty - TY.offset) / TY.slope };
  return {
    landmarks: Float32Array.from(landmarks, (v, i) => (i % 2 === 0 ? mapX(v) : mapY(v))),
    headPose: [
      rx,
      ry,
      rz,
      TX.offset + TX.slope * mapX(nose.x),
      TY.offset + TY.slope * mapY(nose.y),
      scale * Math.sqrt(scaleX * scaleY),
    ],
  };
}
