import { RhoError } from '../errors';
import code from './present.wgsl?raw';

/** Where a frame may be drawn. A texture must be of the engine's device. */
export type Target = HTMLCanvasElement | OffscreenCanvas | GPUTexture;

/** Draws finished frames. */
export interface Presenter {
  /**
   * Brings a target into a state in which it can be drawn to; to be called before each frame, outside of any recording.
   * Throws BAD_INPUT for a canvas that has another context, and for a texture that can be neither drawn nor copied to.
   */
  prepare(target: Target): void;
  /** Records the drawing of the frame over a prepared target. Allocates nothing. */
  encode(encoder: GPUCommandEncoder, target: Target): void;
  readonly byteLength: number;
  dispose(): void;
}

interface Destination {
  readonly view: () => GPUTextureView;
  readonly pipeline: GPURenderPipeline;
  readonly group: GPUBindGroup;
  /** Pixels of the target when the uniform was written. */
  width: number;
  height: number;
  readonly uniform: GPUBuffer;
  /** For a texture that can only be copied to: what is drawn to in its place. */
  readonly between: GPUTexture | undefined;
}

// Numbers of GPUTextureUsage, GPUBufferUsage and GPUShaderStage, which are globals that Node does not have.
const TEXTURE = { COPY_SRC: 0x1, COPY_DST: 0x2, RENDER_ATTACHMENT: 0x10 } as const;
const UNIFORM = 0x40;
const COPY_DST = 0x8;
const FRAGMENT = 0x2;

const RENDERABLE = /^(rgba8unorm|bgra8unorm)(-srgb)?$|^(rgba16float|rgb10a2unorm)$/;

const isTexture = (target: Target): target is GPUTexture => 'createView' in target;

/** A presenter of the S x S RGBA bytes in `result`. `canvasFormat` is what canvases are configured with. */
export function createPresenter(
  result: GPUBuffer,
  device: GPUDevice,
  size: number,
  canvasFormat: GPUTextureFormat,
): Presenter {
  const layout = device.createBindGroupLayout({
    label: 'present',
    entries: [
      { binding: 0, visibility: FRAGMENT, buffer: { type: 'read-only-storage' } },
      { binding: 1, visibility: FRAGMENT, buffer: { type: 'uniform' } },
    ],
  });
  const pipelines = new Map<GPUTextureFormat, GPURenderPipeline>();
  const destinations = new WeakMap<Target, Destination>();
  const owned = new Set<GPUBuffer | GPUTexture>();

  const pipelineFor = (format: GPUTextureFormat): GPURenderPipeline => {
    let pipeline = pipelines.get(format);
    if (!pipeline) {
      const head = `const SIZE = ${size}u;\nconst DECODE = ${format.endsWith('-srgb')};\n`;
      const module = device.createShaderModule({ label: 'present', code: head + code });
      pipeline = device.createRenderPipeline({
        label: `present ${format}`,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        vertex: { module, entryPoint: 'cover' },
        fragment: { module, entryPoint: 'draw', targets: [{ format }] },
      });
      pipelines.set(format, pipeline);
    }
    return pipeline;
  };

  const destinationFor = (format: GPUTextureFormat, view: () => GPUTextureView, between?: GPUTexture): Destination => {
    const uniform = device.createBuffer({ label: 'present', size: 16, usage: UNIFORM | COPY_DST });
    owned.add(uniform);
    if (between) owned.add(between);
    const group = device.createBindGroup({
      label: 'present',
      layout,
      entries: [
        { binding: 0, resource: { buffer: result } },
        { binding: 1, resource: { buffer: uniform } },
      ],
    });
    return { view, pipeline: pipelineFor(format), group, width: 0, height: 0, uniform, between };
  };

  const forCanvas = (canvas: HTMLCanvasElement | OffscreenCanvas): Destination => {
    const context = canvasContext(canvas);
    context.configure({ device, format: canvasFormat, alphaMode: 'opaque' });
    return destinationFor(canvasFormat, () => context.getCurrentTexture().createView());
  };

  const forTexture = (texture: GPUTexture): Destination => {
    const { format, usage, width, height } = texture;
    checkTexture(texture);
    let drawn = texture;
    if (!(usage & TEXTURE.RENDER_ATTACHMENT)) {
      const both = TEXTURE.RENDER_ATTACHMENT | TEXTURE.COPY_SRC;
      drawn = device.createTexture({ label: 'present', size: [width, height], format, usage: both });
    }
    const view = drawn.createView({ dimension: '2d', mipLevelCount: 1, arrayLayerCount: 1 });
    return destinationFor(format, () => view, drawn === texture ? undefined : drawn);
  };

  return {
    prepare(target) {
      const { width, height } = target;
      if (width === 0 || height === 0)
        throw new RhoError('BAD_INPUT', `the target is ${width} x ${height}; there is nothing to draw to`);
      let destination = destinations.get(target);
      if (!destination) {
        destination = isTexture(target) ? forTexture(target) : forCanvas(target);
        destinations.set(target, destination);
      }
      if (width === destination.width && height === destination.height) return;
      device.queue.writeBuffer(destination.uniform, 0, new Float32Array([size / width, size / height]));
      Object.assign(destination, { width, height });
    },
    encode(encoder, target) {
      const { view, pipeline, group, between, width, height } = destinations.get(target)!;
      const pass = encoder.beginRenderPass({
        label: 'present',
        colorAttachments: [{ view: view(), loadOp: 'clear', storeOp: 'store' }],
      });
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.draw(3);
      pass.end();
      if (between)
        encoder.copyTextureToTexture({ texture: between }, { texture: target as GPUTexture }, [width, height]);
    },
    get byteLength() {
      return [...owned].reduce((sum, each) => sum + ('size' in each ? each.size : each.width * each.height * 4), 0);
    },
    dispose: () => owned.forEach((each) => each.destroy()),
  };
}

function canvasContext(canvas: HTMLCanvasElement | OffscreenCanvas): GPUCanvasContext {
  let context: GPUCanvasContext | null;
  try {
    context = canvas.getContext('webgpu');
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new RhoError('BAD_INPUT', `the canvas cannot be drawn to: ${message}`, { cause });
  }
  if (context) return context;
  throw new RhoError('BAD_INPUT', 'the canvas has a context of another kind; give one that nothing else draws to');
}

function checkTexture({ format, usage, dimension, sampleCount }: GPUTexture): void {
  const isDrawable = (usage & (TEXTURE.RENDER_ATTACHMENT | TEXTURE.COPY_DST)) !== 0;
  if (dimension !== '2d' || sampleCount !== 1 || !RENDERABLE.test(format) || !isDrawable)
    throw new RhoError(
      'BAD_INPUT',
      `the texture (${format}, ${dimension}, ${sampleCount} samples, usage ${usage}) cannot be drawn to; it must be a plain 2d texture of a colour format with RENDER_ATTACHMENT or COPY_DST`,
    );
}
