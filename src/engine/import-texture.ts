import { RhoError } from '../errors';
import { inside, type Crop } from './crop';
import type { GpuPicture } from './pictures';
import code from './texture-to-pixels.wgsl?raw';

/** Brings textures, and what browsers can copy into them, to RGBA bytes on one device. */
export interface TextureImporter {
  /** A part of a texture of the caller's. Throws BAD_INPUT where the texture cannot be read. */
  texture(texture: GPUTexture, crop: Crop): ImportedPicture;
  /** A part of what a browser can copy, as it is at this moment. Throws what WebGPU throws. */
  external(image: GPUCopyExternalImageSource, width: number, height: number, crop: Crop): ImportedPicture;
}

export interface ImportedPicture extends GpuPicture {
  /** To be called once the picture has been registered, or will not be. */
  release(): void;
}

const READABLE = /^(rgba8unorm|bgra8unorm)(-srgb)?$|^(rgba16float|rgba32float|rgb10a2unorm|rg11b10ufloat)$/;

// Numbers of GPUTextureUsage, GPUBufferUsage and GPUShaderStage, which are globals that Node does not have.
const TEXTURE = { COPY_DST: 0x2, TEXTURE_BINDING: 0x4, RENDER_ATTACHMENT: 0x10 } as const;
const UNIFORM = 0x40;
const COPY_DST = 0x8;
const COMPUTE = 0x4;
const TILE = 8;

export function createTextureImporter(device: GPUDevice): TextureImporter {
  const layout = device.createBindGroupLayout({
    label: 'texture to pixels',
    entries: [
      { binding: 0, visibility: COMPUTE, texture: { sampleType: 'unfilterable-float' } },
      { binding: 1, visibility: COMPUTE, buffer: { type: 'uniform' } },
      { binding: 2, visibility: COMPUTE, buffer: { type: 'storage' } },
    ],
  });
  const pipelines = new Map<boolean, GPUComputePipeline>();
  const pipelineFor = (encode: boolean): GPUComputePipeline => {
    let pipeline = pipelines.get(encode);
    if (!pipeline) {
      const module = device.createShaderModule({
        label: 'texture to pixels',
        code: `const ENCODE = ${encode};\n${code}`,
      });
      pipeline = device.createComputePipeline({
        label: 'texture to pixels',
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: 'main' },
      });
      pipelines.set(encode, pipeline);
    }
    return pipeline;
  };

  /** The picture of `width` x `height` pixels whose upper left one lies at `x`, `y` of the texture. */
  const read = (texture: GPUTexture, { x, y, width, height }: Crop, after: () => void): ImportedPicture => {
    const part = device.createBuffer({ label: 'part of a texture', size: 16, usage: UNIFORM | COPY_DST });
    device.queue.writeBuffer(part, 0, new Int32Array([x, y, width, height]));
    return {
      width,
      height,
      encode(pass, target) {
        const view = texture.createView({ dimension: '2d', baseMipLevel: 0, mipLevelCount: 1, arrayLayerCount: 1 });
        const entries = [view, { buffer: part }, { buffer: target }].map((resource, binding) => ({
          binding,
          resource,
        }));
        pass.setPipeline(pipelineFor(texture.format.endsWith('-srgb')));
        pass.setBindGroup(0, device.createBindGroup({ label: 'texture to pixels', layout, entries }));
        pass.dispatchWorkgroups(Math.ceil(width / TILE), Math.ceil(height / TILE));
      },
      release() {
        part.destroy();
        after();
      },
    };
  };

  return {
    texture(texture, crop) {
      checkReadable(texture);
      return read(texture, crop, () => undefined);
    },
    external(source, width, height, crop) {
      const seen = inside(crop, width, height);
      const limit = device.limits.maxTextureDimension2D;
      if (seen.width > limit || seen.height > limit)
        throw new RhoError(
          'BAD_INPUT',
          `the picture is ${seen.width} x ${seen.height}; this device takes up to ${limit} a side: make it smaller or crop it`,
        );
      const usage = TEXTURE.COPY_DST | TEXTURE.TEXTURE_BINDING | TEXTURE.RENDER_ATTACHMENT;
      const size = [seen.width, seen.height];
      const texture = device.createTexture({ label: 'picture', size, format: 'rgba8unorm', usage });
      try {
        device.queue.copyExternalImageToTexture({ source, origin: [seen.x, seen.y] }, { texture }, size);
      } catch (error) {
        texture.destroy();
        throw error;
      }
      const part = { ...crop, x: crop.x - seen.x, y: crop.y - seen.y };
      return read(texture, part, () => texture.destroy());
    },
  };
}

function checkReadable({ format, usage, dimension, sampleCount }: GPUTexture): void {
  const isReadable = READABLE.test(format) && (usage & TEXTURE.TEXTURE_BINDING) !== 0;
  if (isReadable && dimension === '2d' && sampleCount === 1) return;
  throw new RhoError(
    'BAD_INPUT',
    `the texture (${format}, ${dimension}, ${sampleCount} samples, usage ${usage}) cannot be read; it must be a plain 2d texture of a colour format with TEXTURE_BINDING`,
  );
}
