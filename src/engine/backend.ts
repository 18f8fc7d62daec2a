import { RhoError } from '../errors';
import { isSupported, type GpuOptions } from './support';

/** A tensor of onnxruntime. */
export interface OnnxTensor {
  readonly dims: readonly number[];
  readonly data: unknown;
}

/** A loaded model of onnxruntime. */
export interface OnnxSession {
  run(feeds: Record<string, never>): Promise<Readonly<Record<string, OnnxTensor>>>;
  release(): Promise<void>;
}

/** What of `onnxruntime-web`, `onnxruntime-web/wasm` or `onnxruntime-node` is used; each of these modules is one. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: { executionProviders?: string[] }): Promise<OnnxSession>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OnnxTensor;
}

/** Where frames are computed. `auto` is a GPU where there is a real one, else a CPU if `onnxruntime` is given. */
export type BackendChoice = 'auto' | 'webgpu' | 'wasm';

/** What runs, and why. */
export interface Backend {
  readonly name: 'webgpu' | 'wasm';
  /** For people. */
  readonly reason: string;
}

export interface BackendOptions extends GpuOptions {
  /** `auto` unless given. */
  readonly backend?: BackendChoice | undefined;
  /**
   * Loads onnxruntime (an optional peer), where a CPU is to compute: `() => import('onnxruntime-web/wasm')`, or in Node
   * `() => import('onnxruntime-node')`. Called only when needed.
   */
  readonly onnxruntime?: (() => Promise<OnnxRuntime>) | undefined;
  readonly device?: unknown;
}

/** Throws BAD_INPUT where `wasm` is asked for without onnxruntime. Without any backend it is `webgpu`, which then says what is missing. */
export async function chooseBackend({ backend = 'auto', gpu, device, onnxruntime }: BackendOptions): Promise<Backend> {
  if (backend === 'wasm' && !onnxruntime) {
    throw new RhoError(
      'BAD_INPUT',
      "the backend wasm wants onnxruntime: () => import('onnxruntime-web/wasm'), an optional peer",
    );
  }
  if (backend !== 'auto') return { name: backend, reason: 'asked for' };
  if (device) return { name: 'webgpu', reason: 'a device was given' };
  const support = await isSupported({ gpu });
  if (support.supported && !support.isSoftware) return { name: 'webgpu', reason: 'there is a GPU' };
  const missing = support.supported ? 'WebGPU would run on a software adapter' : support.reason;
  if (onnxruntime) return { name: 'wasm', reason: missing };
  return { name: 'webgpu', reason: support.supported ? `${missing}, and no onnxruntime was given` : missing };
}
