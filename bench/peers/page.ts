import type * as Ort from 'onnxruntime-web';
import { readModel } from '../../src/convert';
import { countDevicesOf } from './count-gpu';
import { openOrt, type HostTensor } from './onnxruntime-web';
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
  const { tensors } = await fetchInputs();
  const inputs = new Map<string, HostTensor>();
  for (const [name, dims] of Object.entries(tensors))
    inputs.set(name, { dims, data: new Float32Array(await fetchBytes(name)) });
  const before = counters.length;
  return openOrt({
    ort,
    provider,
    model: new Uint8Array(await fetchBytes(model)),
    channelMultiple,
    inputs,
    counts: () => counters[before],
  });
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
