import { RhoError } from '../errors';
import { cropPixels, type Crop } from './crop';
import { importImage, type ImageInput, type PictureImporter } from './images';
import type { Picture } from './pictures';
import type { Target } from './present';

/** Pictures by way of a canvas, for where no GPU takes them. */
const painter: PictureImporter = {
  texture() {
    throw new RhoError('BAD_INPUT', 'a GPUTexture cannot be read by the backend wasm; give an image or pixels');
  },
  external(image, width, height, crop) {
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (!context) throw new RhoError('BAD_INPUT', 'the browser gives no 2D canvas to read the picture with');
    context.drawImage(image, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return { ...cropPixels({ width, height, data }, crop), release: () => undefined };
  },
};

/** The pixels of a picture, or of a part of it, at this moment. Throws BAD_INPUT as `importImage` does, and for textures. */
export const readPixels = (image: ImageInput, crop?: Crop): Picture => importImage(painter, image, crop) as Picture;

/** Contexts of the canvases drawn to. In a worker, Firefox does not let a canvas be asked a second time that a page has handed over. */
const contexts = new WeakMap<HTMLCanvasElement | OffscreenCanvas, CanvasRenderingContext2D>();

function contextOf(canvas: HTMLCanvasElement | OffscreenCanvas): CanvasRenderingContext2D {
  const context = contexts.get(canvas) ?? (canvas as HTMLCanvasElement).getContext('2d');
  if (!context) throw new RhoError('BAD_INPUT', 'the canvas has a context of another kind already');
  contexts.set(canvas, context);
  return context;
}

/** Draws an S x S frame over all of a canvas. Throws BAD_INPUT for textures and for canvases that have another context. */
export function drawTo(target: Target, bytes: Uint8ClampedArray<ArrayBuffer>, size: number): void {
  if ('createView' in target)
    throw new RhoError('BAD_INPUT', 'the backend wasm cannot draw to a GPUTexture; give a canvas');
  const context = contextOf(target);
  const frame = new ImageData(bytes, size, size);
  if (target.width === size && target.height === size) return context.putImageData(frame, 0, 0);
  const whole = new OffscreenCanvas(size, size);
  whole.getContext('2d')!.putImageData(frame, 0, 0);
  context.drawImage(whole, 0, 0, target.width, target.height);
}

const LONGEST_WAIT_MS = 100;

/**
 * Resolves once what was drawn is to be seen, for which the thread has to come to rest: a frame begun at once would hold it back for as long
 * as it takes. A page that is hidden shows nothing and is not waited for.
 */
export function shown(): Promise<void> {
  return new Promise((resolve) => {
    if (!('requestAnimationFrame' in globalThis)) return resolve();
    setTimeout(resolve, LONGEST_WAIT_MS);
    // The second time for Firefox, which hands a worker's canvas over late and would leave a third of the frames out.
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
  });
}
