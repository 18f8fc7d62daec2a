import type * as Ort from 'onnxruntime-web';
import { readModel } from '../../src/convert';
import { countDevicesOf } from './count-gpu';
import { openOurs } from './our-engine';
import type { PageId, PageInputs, PeersPage } from './page-protocol';
import { timeFrames, type GpuCounts, type Peer } from './peer';

interface Runtime {
  readonly script: string;
  readonly provider: 'webgpu' | 'wasm';
  readonly model: string;
  readonly channelMultiple: number;
}

const RUNTIMES: Readonly<Record<'ort-jsep' | 'ort-native' | 'ort-wasm', Runtime>> = {
  'ort-jsep': { script: 'ort.min.mjs', provider: 'webgpu', model: 'frame.onnx', channelMultiple: 1 },
  'ort-native': { script: 'ort.webgpu.min.mjs', provider: 'webgpu', model: 'frame-padded.onnx', channelMultiple: 4 },
  'ort-wasm': { script: 'ort.wasm.min.mjs', provider: 'wasm', model: 'frame.onnx', channelMultiple: 1 },
};

const peers = new Map<PageId, Peer>();

// Libraries ask for adapters and devices of their own: all get the same adapter, and what they do is counted.
const counters: (() => GpuCounts)[] = [];
const requestAdapter = navigator.gpu.requestAdapter.bind(navigator.gpu);
const openAdapter = async (options?: GPURequestAdapterOptions): Promise<GPUAdapter> => {
  const adapter = await requestAdapter({ ...options, powerPreference: 'high-performance' });
  if (!adapter) throw new Error('the browser found no adapter');
  return adapter;
};
navigator.gpu.requestAdapter = async (options) => countDevicesOf(await openAdapter(options), counters);

const fetchBytes = async (name: string): Promise<ArrayBuffer> => {
  const response = await fetch(`/data/${name}`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response.arrayBuffer();
};
const fetchInputs = async (): Promise<PageInputs> =>
  JSON.parse(new TextDecoder().decode(await fetchBytes('inputs.json'))) as PageInputs;

async function openOurPeer(precision: 'f32' | 'f16'): Promise<Peer> {
  const { size, motionSize, source, driving } = await fetchInputs();
  const model = await readModel(new Uint8Array(await fetchBytes('model.safetensors')));
  const picture = { width: size, height: size, data: new Uint8Array(await fetchBytes('picture')) };
  const inputs = { model, size, motionSize, picture, source, driving };
  return openOurs(await openAdapter(), inputs, precision);
}

async function openRuntime({ script, provider, model, channelMultiple }: Runtime): Promise<Peer> {
  const path = `/ort/${script}`;
  const ort = (await import(/* @vite-ignore */ path)) as typeof Ort;
  ort.env.wasm.wasmPaths = `${location.origin}/ort/`;
  ort.env.wasm.numThreads = navigator.hardwareConcurrency;
  const before = counters.length;
  const session = await ort.InferenceSession.create(new Uint8Array(await fetchBytes(model)), {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
  });
  const device = provider === 'webgpu' ? await ort.env.webgpu.device : undefined;
  const feeds = await feedsOf(ort, device, channelMultiple);
  let last: Float32Array | undefined;
  return {
    counts: device && counters[before],
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
async function feedsOf(
  ort: typeof Ort,
  device: GPUDevice | undefined,
  channelMultiple: number,
): Promise<Record<string, Ort.Tensor>> {
  const { tensors } = await fetchInputs();
  const feeds: Record<string, Ort.Tensor> = {};
  for (const [name, dims] of Object.entries(tensors)) {
    const values = new Float32Array(await fetchBytes(name));
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

function base64(values: Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const CHUNK = 0x8000;
  let text = '';
  for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return btoa(text);
}

const page: PeersPage = {
  async open(id) {
    const isOurs = id === 'ours' || id === 'ours-f16';
    const peer = await (isOurs ? openOurPeer(id === 'ours' ? 'f32' : 'f16') : openRuntime(RUNTIMES[id]));
    await peer.run();
    peers.set(id, peer);
  },
  time: (id, count) => timeFrames(peers.get(id)!, count),
  image: async (id) => base64(await peers.get(id)!.image()),
  counts: (id) => peers.get(id)!.counts?.(),
  async close(id) {
    await peers.get(id)?.close();
    peers.delete(id);
  },
  async adapter() {
    const { vendor, architecture, device, description } = (await openAdapter()).info;
    return [vendor, architecture, device, description].filter((part) => part !== '').join(', ');
  },
};
Object.assign(window, { peers: page });
