import { cropPixels, type Crop } from '../engine/crop';
import { arrival, checkImage, sizeOf, type ImageInput } from '../engine/images';
import { checkPicture, checkSides } from '../engine/pictures';
import { RhoError } from '../errors';

/** A picture that may be moved into a worker, and what moves with it. */
export interface SentImage {
  readonly image: ImageInput;
  readonly transfer: Transferable[];
}

/**
 * A copy of a picture that a message can carry; the caller keeps the original. Throws BAD_INPUT for textures, whose device is not
 * the worker's, and for what cannot be read.
 */
export async function sendableImage(image: ImageInput): Promise<SentImage> {
  checkImage(image);
  if ('createView' in image)
    throw new RhoError(
      'BAD_INPUT',
      'a GPUTexture cannot go into a worker; give a picture, or create the engine on the page',
    );
  if ('data' in image) {
    checkPicture(image);
    const whole: Crop = { x: 0, y: 0, width: image.width, height: image.height };
    const { data, width, height } = cropPixels(image, whole);
    return { image: { data, width, height }, transfer: [data.buffer as ArrayBuffer] };
  }
  const arriving = arrival(image);
  if (arriving) await arriving;
  const { width, height } = sizeOf(image);
  if ('videoWidth' in image && (image.readyState < 2 || width === 0))
    throw new RhoError('BAD_INPUT', 'the video has no frame yet; wait for its event `loadeddata`');
  checkSides(width, height);
  try {
    const copy = 'displayWidth' in image ? image.clone() : await createImageBitmap(image, { premultiplyAlpha: 'none' });
    return { image: copy, transfer: [copy] };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new RhoError('BAD_INPUT', `the picture cannot be read: ${message}`, { cause });
  }
}
