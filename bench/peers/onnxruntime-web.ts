import type * as Ort from 'onnxruntime-web';
import type { GpuCounts, Peer } from './peer';

/** A float32 tensor in C order. */
export interface HostTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** One of onnxruntime-web's back ends with a frame model for it. */
export interface OrtSetting {
  readonly ort: typeof Ort;
  readonly provider: 'webgpu' | 'wasm';
  /** The frame model; see src/onnx. */
  readonly model: Uint8Array;
  /** Motion inputs are filled with zeros up to a multiple of so many channels. */
  readonly channelMultiple: number;
  readonly inputs: ReadonlyMap<string, HostTensor>;
  /** Of the device it will have made, to be asked afterwards. */
  readonly counts: () => (() => GpuCounts) | undefined;
}

/** Opens a session and gives it its inputs. */
export async function openOrt(setting: OrtSetting): Promise<Peer> {
  const { ort, provider, model, channelMultiple, inputs, counts } = setting;
  const session = await ort.InferenceSession.create(model, {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
  });
  const device = provider === 'webgpu' ? await ort.env.webgpu.device : undefined;
  const feeds = feedsOf(ort, device, channelMultiple, inputs);
  let last: Float32Array | undefined;
  return {
    counts: device && counts(),
    async run() {
      const { image } = await session.run(feeds);
      last = (await image!.getData()) as Float32Array;
      image!.dispose();
    },
    image: () => Promise.resolve(last!),
    close: () => session.release(),
  };
}

/** The inputs as onnxruntime's tensors: on the GPU beforehand where there is one, so that frames do not pay for uploads. */
function feedsOf(
  ort: typeof Ort,
  device: GPUDevice | undefined,
  channelMultiple: number,
  inputs: ReadonlyMap<string, HostTensor>,
): Record<string, Ort.Tensor> {
  const feeds: Record<string, Ort.Tensor> = {};
  for (const [name, { dims, data: values }] of inputs) {
    const wide = name.startsWith('motion_input') ? Math.ceil(dims[1]! / channelMultiple) * channelMultiple : dims[1]!;
    const shape = [dims[0]!, wide, ...dims.slice(2)];
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    data.set(values);
    feeds[name] = device ? upload(ort, device, data, shape) : new ort.Tensor('float32', data, shape);
  }
  return feeds;
}

function upload(ort: typeof Ort, device: GPUDevice, data: Float32Array<ArrayBuffer>, dims: number[]): Ort.Tensor {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ size: Math.ceil(data.byteLength / 16) * 16, usage });
  device.queue.writeBuffer(buffer, 0, data);
  return ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims });
}
