import { fitHead, headPoseOf } from '../../src/drivers/head-fit';
import { cropAround, faceInCrop, type Crop, type Face } from '../../src/index';
import { placePoints } from './point-editor';
import type { DemoSource } from './source';

/** Larger pictures are made smaller, to this side: the network sees no more of them. */
const LARGEST_SIDE = 2048;
/** Side of the part around the face that becomes the source. */
const SOURCE_SIDE = 1024;

/** A picture of the user's own with points that the user has placed; undefined where that was called off. Throws in words. */
export async function ownSource(file: File): Promise<DemoSource | undefined> {
  const picture = await canvasOf(file);
  const points = await placePoints(picture);
  if (!points) return undefined;
  const { width, height } = picture;
  const short = Math.min(width, height);
  // The points are in units of the middle square.
  const { crop, face } = sourcePart(points, short);
  const square = document.createElement('canvas');
  square.width = square.height = Math.min(crop.width, SOURCE_SIDE);
  const context = square.getContext('2d')!;
  const [left, top] = [crop.x + (width - short) / 2, crop.y + (height - short) / 2];
  context.drawImage(picture, left, top, crop.width, crop.height, 0, 0, square.width, square.height);
  return { name: file.name.replace(/\.\w+$/, ''), picture: square, face, identity: undefined };
}

/** The square around a face that the network knows, kept inside of the picture's middle square. */
export function sourcePart(landmarks: Float32Array, side: number): { readonly crop: Crop; readonly face: Face } {
  const around = cropAround(landmarks, side, side);
  const width = Math.min(around.width, side);
  const inside = (start: number, length: number): number =>
    Math.min(Math.max(Math.round(start + (length - width) / 2), 0), side - width);
  const crop = { x: inside(around.x, around.width), y: inside(around.y, around.height), width, height: width };
  const headPose = headPoseOf(fitHead(landmarks), landmarks);
  return { crop, face: faceInCrop({ landmarks, headPose }, side, side, crop) };
}

async function canvasOf(file: File): Promise<HTMLCanvasElement> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch (cause) {
    throw new Error(`${file.name} is no picture that this browser can read.`, { cause });
  }
  const scale = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(Math.round(picture.width * scale), 1);
  canvas.height = Math.max(Math.round(picture.height * scale), 1);
  canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas;
}
