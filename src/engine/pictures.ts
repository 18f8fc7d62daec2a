import { RhoError } from '../errors';
import { createStorage, write } from '../gpu/buffers';
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

/** WebGPU promises textures of 8192; buffers of that many bytes a row are no trouble either. */
const MAX_SIDE = 16384;

/** Throws BAD_INPUT where a picture is empty, huge, or not as long as it says. */
export function checkPicture({ width, height, data }: Picture): void {
  const isSide = (side: number): boolean => Number.isInteger(side) && side >= 1 && side <= MAX_SIDE;
  if (!isSide(width) || !isSide(height)) {
    throw new RhoError(
      'BAD_INPUT',
      `the picture is ${width} x ${height}; each side must be a whole number from 1 to ${MAX_SIDE}`,
    );
  }
  if (data.length !== width * height * 4) {
    throw new RhoError(
      'BAD_INPUT',
      `the picture of ${width} x ${height} holds ${data.length} bytes instead of ${width * height * 4} (RGBA)`,
    );
  }
}

/** Brings pictures of any one size to S x S bytes on the GPU. */
export interface Resizer {
  /** Uploads a picture; the caller then encodes {@link Resizer.encode}. */
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
  return {
    upload: ({ data }) => write(device, source, bytesOf(data)),
    encode: (pass) => encodeProgram(pass, bound),
    dispose: () => [source, program.constants, ...arena.slots].forEach((buffer) => buffer.destroy()),
  };
}

const bytesOf = (data: Uint8Array | Uint8ClampedArray): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
