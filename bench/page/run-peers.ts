import type * as Ort from 'onnxruntime-web';
import { createEngine, type Model } from '../../src/engine/engine';
import type { Picture } from '../../src/engine/pictures';
import { requestDevice } from '../../src/gpu/device';
import { resizeImageRef } from '../../src/kernels/resize-image.ref';
import { FEATURES, frameModel, MOTION_INPUTS } from '../../src/onnx/models';
import type { PeerTime } from '../../src/profile/benchmark-result';
import type { MeasuredFaces } from '../../tools/benchmark';
import { countDevicesOf } from '../peers/count-gpu';
import { measure } from '../peers/measure';
import { earlyTensors, type FaceInputs } from '../peers/motion-inputs';
import { openOrt, type HostTensor } from '../peers/onnxruntime-web';
import { openOurs } from '../peers/our-engine';
import { contestantOf, type GpuCounts } from '../peers/peer';

/** What can run beside this engine; each is downloaded when it is wanted. */
export type PeerId = 'ort-jsep' | 'ort-native' | 'ort-wasm';

interface PeerKind {
  readonly backend: string;
  readonly provider: 'webgpu' | 'wasm';
  readonly channelMultiple: number;
  readonly load: () => Promise<typeof Ort>;
}

const PEERS: Readonly<Record<PeerId, PeerKind>> = {
  'ort-jsep': {
    backend: 'WebGPU (JSEP)',
    provider: 'webgpu',
    channelMultiple: 1,
    load: () => import('onnxruntime-web'),
  },
  'ort-native': {
    backend: 'WebGPU (native), 12 channels',
    provider: 'webgpu',
    channelMultiple: 4,
    load: () => import('onnxruntime-web/webgpu'),
  },
  'ort-wasm': {
    backend: 'WASM',
    provider: 'wasm',
    channelMultiple: 1,
    load: () => import('onnxruntime-web/wasm'),
  },
};

/** Frames of a peer that takes more than a second for one. */
const SLOW_FRAMES = 3;

/**
 * Times other runtimes and this engine in turns, on the same adapter with the same weights and inputs, each until its image lies
 * on the CPU, and compares the images; see bench/peers. The inputs come from this engine.
 */
export async function runPeers(
  { model, size, motionSize, faces }: { model: Model; size: number; motionSize: number; faces: MeasuredFaces },
  ids: readonly PeerId[],
  frames: number,
  onProgress: (what: string) => void,
  signal: AbortSignal,
): Promise<PeerTime[]> {
  const inputs = {
    model,
    size,
    motionSize,
    picture: resized(faces.picture, size),
    source: faces.face,
    driving: faces.driving[0]!,
  };
  const { gpu } = navigator;
  const requestAdapter = gpu.requestAdapter.bind(gpu);
  const counters: (() => GpuCounts)[] = [];
  const openAdapter = async (): Promise<GPUAdapter> => {
    const adapter = await requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) throw new Error('the browser found no adapter');
    return adapter;
  };
  // Libraries ask for adapters of their own: all get the same one, and what they do is counted.
  gpu.requestAdapter = async () => countDevicesOf(await openAdapter(), counters);
  try {
    const tensors = await frameInputs(await openAdapter(), inputs);
    const ours = contestantOf('ours', 'rho-webgpu', 'WebGPU, f32', async () =>
      openOurs(await openAdapter(), inputs, 'f32'),
    );
    const others = ids.map((id) => {
      const { backend, provider, channelMultiple, load } = PEERS[id];
      return contestantOf(id, 'onnxruntime-web', backend, async () => {
        signal.throwIfAborted();
        const ort = await load();
        ort.env.wasm.numThreads = crossOriginIsolated ? navigator.hardwareConcurrency : 1;
        const before = counters.length;
        const frame = frameModel({ model, size, motionSize, channelMultiple });
        return openOrt({
          ort,
          provider,
          model: frame,
          channelMultiple,
          inputs: tensors,
          counts: () => counters[before],
        });
      });
    });
    const rows = await measure([ours, ...others], { frames, peerFrames: SLOW_FRAMES, onProgress });
    return rows.map(({ name, backend, frameMs, madMs, maxAbsDiff, error }) => ({
      name,
      backend,
      frameMs,
      madMs,
      maxAbsDiff,
      ...(error === undefined ? {} : { error }),
    }));
  } finally {
    Reflect.deleteProperty(gpu, 'requestAdapter');
  }
}

/** What the others start from: motion inputs by the interpreter, the source's features by this engine. */
async function frameInputs(adapter: GPUAdapter, inputs: FaceInputs): Promise<Map<string, HostTensor>> {
  const { model, size, motionSize, picture, source, driving } = inputs;
  const tensors = earlyTensors(inputs, [...MOTION_INPUTS, 'driving_head_pose']);
  const device = await requestDevice(adapter);
  try {
    const engine = await createEngine({ device, model, size, motionSize, keep: FEATURES });
    const registered = await engine.setSource(picture, source);
    await engine.reenact(registered, driving);
    for (const name of FEATURES) {
      const { data, shape } = await engine.readTensor(name);
      tensors.set(name, { data, dims: [...shape] });
    }
  } finally {
    device.destroy();
  }
  return tensors;
}

function resized({ width, height, data }: Picture, size: number): Picture {
  const wide =
    width === size ? Uint8Array.from(data) : resizeImageRef(Uint8Array.from(data), width, height, size, height);
  return { width: size, height: size, data: height === size ? wide : resizeImageRef(wide, size, height, size, size) };
}
