import { RhoError } from '../errors';
import { createStorage, readBack, write } from '../gpu/buffers';
import { GraphBuilder } from '../graph/builder';
import {
  bindProgram,
  compileProgram,
  createArena,
  encodeProgram,
  type Arena,
  type BoundProgram,
  type Program,
} from '../graph/program';

/** RGBA bytes, rows from the top; alpha is ignored. An ImageData is one. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A picture that lies on the GPU already. */
export interface GpuPicture {
  readonly width: number;
  readonly height: number;
  /** Records what writes its RGBA bytes into `target`, a storage buffer of width x height words. */
  encode(pass: GPUComputePassEncoder, target: GPUBuffer): void;
}

export const isOnGpu = (picture: Picture | GpuPicture): picture is GpuPicture => 'encode' in picture;

/** WebGPU promises textures of 8192; buffers of that many bytes a row are no trouble either. */
const MAX_SIDE = 16384;

/** Throws BAD_INPUT where a picture is empty or huge, or where its sides are no whole numbers. */
export function checkSides(width: number, height: number, what = 'picture'): void {
  const isSide = (side: number): boolean => Number.isInteger(side) && side >= 1 && side <= MAX_SIDE;
  if (isSide(width) && isSide(height)) return;
  throw new RhoError(
    'BAD_INPUT',
    `the ${what} is ${width} x ${height}; each side must be a whole number from 1 to ${MAX_SIDE}`,
  );
}

/** Throws BAD_INPUT where a picture is empty, huge, or not as long as it says. */
export function checkPicture(picture: Picture | GpuPicture): void {
  const { width, height } = picture;
  checkSides(width, height);
  if (!isOnGpu(picture) && picture.data.length !== width * height * 4) {
    throw new RhoError(
      'BAD_INPUT',
      `the picture of ${width} x ${height} holds ${picture.data.length} bytes instead of ${width * height * 4} (RGBA)`,
    );
  }
}

/** Brings pictures of any one size to S x S bytes on the GPU. */
export interface Resizer {
  /** Where the picture's RGBA bytes go; {@link Resizer.encode} is for afterwards. */
  readonly input: GPUBuffer;
  readonly byteLength: number;
  /** Uploads a picture into {@link Resizer.input}. */
  upload(picture: Picture): void;
  encode(pass: GPUComputePassEncoder): void;
  dispose(): void;
}

/**
 * A resizer from width x height to the size of `target` (S x S RGBA bytes): antialiased bilinear as Pillow does it, or a
 * plain copy where the sizes agree.
 */
export async function createResizer(
  device: GPUDevice,
  width: number,
  height: number,
  size: number,
  target: GPUBuffer,
): Promise<Resizer> {
  if (width === size && height === size) {
    return {
      input: target,
      byteLength: 0,
      upload: ({ data }) => write(device, target, bytesOf(data)),
      encode: () => undefined,
      dispose: () => undefined,
    };
  }
  const graph = new GraphBuilder();
  const picture = graph.input('picture', 'rgba8', { channels: [4], height, width });
  const wide = width === size ? picture : graph.resizeImage('picture.horizontal', picture, 'horizontal', size);
  const resized = height === size ? wide : graph.resizeImage('picture.vertical', wide, 'vertical', size);
  const program: Program = await compileProgram(device, graph.build([resized]), { precision: 'f32' });
  const arena: Arena = createArena(device, [program]);
  const source = createStorage(device, 'picture', width * height * 4);
  const buffers = new Map([
    [picture.name, source],
    [resized.name, target],
  ]);
  const bound: BoundProgram = bindProgram(program, arena, buffers);
  const own = [source, program.constants, ...arena.slots];
  return {
    input: source,
    byteLength: own.reduce((sum, buffer) => sum + buffer.size, 0),
    upload: ({ data }) => write(device, source, bytesOf(data)),
    encode: (pass) => encodeProgram(pass, bound),
    dispose: () => own.forEach((buffer) => buffer.destroy()),
  };
}

const bytesOf = (data: Uint8Array | Uint8ClampedArray): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** A square picture read back from the GPU; undefined where that fails, as it does when the device is lost. */
export const readPicture = (device: GPUDevice, buffer: GPUBuffer, size: number): Promise<Picture | undefined> =>
  readBack(device, buffer, size * size * 4).then(
    (bytes) => ({ width: size, height: size, data: new Uint8Array(bytes) }),
    () => undefined,
  );

/** An ImageData, or where there are none a plain object like one. */
export function toImageData(bytes: ArrayBuffer, size: number): ImageData {
  const data = new Uint8ClampedArray(bytes);
  const Constructor = (globalThis as { ImageData?: typeof ImageData }).ImageData;
  if (Constructor) return new Constructor(data, size, size);
  return { width: size, height: size, data, colorSpace: 'srgb' };
}
