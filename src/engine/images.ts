import { RhoError } from '../errors';
import { checkCrop, cropPixels, type Crop } from './crop';
import type { ImportedPicture } from './import-texture';
import { checkPicture, checkSides, type Picture } from './pictures';

/**
 * Every picture a page can hold, and raw RGBA bytes. Colours are taken as plain sRGB values, alpha is ignored. A texture must be
 * of the engine's device, two-dimensional, of a colour format, with TEXTURE_BINDING.
 */
export type ImageInput =
  | HTMLImageElement
  | HTMLVideoElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | ImageBitmap
  | VideoFrame
  | ImageData
  | Picture
  | GPUTexture;

/** Everything but raw pixels and textures: what `copyExternalImageToTexture` takes. */
type ExternalImage = Exclude<ImageInput, Picture | GPUTexture>;

type Imported = ImportedPicture | (Picture & { release(): void });

/** What reads textures, and what browsers can draw. */
export interface PictureImporter {
  texture(texture: GPUTexture, crop: Crop): Imported;
  external(image: ExternalImage, width: number, height: number, crop: Crop): Imported;
}

// Told apart by what they have: their classes are globals that Node and workers lack.
const isPixels = (image: ImageInput): image is Picture => 'data' in image;
const isTexture = (image: ImageInput): image is GPUTexture => 'createView' in image;
const isElement = (image: ImageInput): image is HTMLImageElement => 'naturalWidth' in image;
const isVideo = (image: ImageInput): image is HTMLVideoElement => 'videoWidth' in image;
const isVideoFrame = (image: ImageInput): image is VideoFrame => 'displayWidth' in image;

/** Throws BAD_INPUT for what is no picture at all. */
export function checkImage(image: unknown): asserts image is ImageInput {
  if (typeof image === 'object' && image !== null && ('width' in image || 'displayWidth' in image)) return;
  throw new RhoError(
    'BAD_INPUT',
    `the picture is ${image === null ? 'null' : typeof image}; give an image, canvas, video, bitmap, texture or pixels`,
  );
}

/** Height and width of a picture in its own pixels. */
export function sizeOf(image: ImageInput): { width: number; height: number } {
  if (isElement(image)) return { width: image.naturalWidth, height: image.naturalHeight };
  if (isVideo(image)) return { width: image.videoWidth, height: image.videoHeight };
  if (isVideoFrame(image)) return { width: image.displayWidth, height: image.displayHeight };
  return { width: image.width, height: image.height };
}

/** A promise of an image element's arrival; undefined for pictures that are here, so that these are read at once. */
export function arrival(image: ImageInput): Promise<void> | undefined {
  if (!isElement(image) || (image.complete && image.naturalWidth > 0)) return undefined;
  return image.decode().catch((cause: unknown) => {
    throw new RhoError('BAD_INPUT', `the image ${image.currentSrc || image.src} could not be loaded`, { cause });
  });
}

/**
 * Takes a picture, or a part of it, as it is at this moment: the caller may change or close it afterwards (a texture: once it
 * is registered). Throws BAD_INPUT where it is empty, huge, not there yet, closed, or from another site without CORS.
 */
export function importImage(importer: PictureImporter, image: ImageInput, crop?: Crop): Imported {
  const { width, height } = sizeOf(image);
  if (isVideo(image) && (image.readyState < 2 || width === 0))
    throw new RhoError('BAD_INPUT', 'the video has no frame yet; wait for its event `loadeddata`');
  checkSides(width, height);
  const part = crop ?? { x: 0, y: 0, width, height };
  checkCrop(part, width, height);
  if (isTexture(image)) return importer.texture(image, part);
  if (isPixels(image)) {
    checkPicture(image);
    return { ...cropPixels(image, part), release: () => undefined };
  }
  try {
    return external(importer, image, width, height, part);
  } catch (cause) {
    if (cause instanceof RhoError) throw cause;
    throw new RhoError('BAD_INPUT', reasonOf(cause), { cause });
  }
}

function external(
  importer: PictureImporter,
  image: ExternalImage,
  width: number,
  height: number,
  part: Crop,
): Imported {
  try {
    return importer.external(image, width, height, part);
  } catch (error) {
    // Without a GPU for its compositing Chromium copies no video to WebGPU, but it still paints it.
    const isPainted = (isVideo(image) || isVideoFrame(image)) && !(error instanceof RhoError);
    const context = isPainted ? new OffscreenCanvas(width, height).getContext('2d') : null;
    if (!context) throw error;
    context.drawImage(image, 0, 0, width, height);
    return importer.external(context.canvas, width, height, part);
  }
}

function reasonOf(cause: unknown): string {
  const { name, message } =
    cause instanceof Error || isDomException(cause) ? cause : { name: '', message: String(cause) };
  if (name === 'SecurityError')
    return 'the picture comes from another site, which does not let pages read it; serve it with CORS and set crossOrigin = "anonymous"';
  return `the picture cannot be read: ${message}`;
}

const isDomException = (value: unknown): value is DOMException =>
  typeof value === 'object' && value !== null && 'name' in value && 'message' in value;
