import { RhoError } from '../errors';
import { isSoftware } from '../gpu/device';
import type { Precision } from '../kernels/kernel';

/** What {@link isSupported} found. */
export type Support =
  | {
      readonly supported: true;
      /** Vendor, architecture and so on, as far as the browser tells; empty strings where it does not. */
      readonly adapter: { readonly vendor: string; readonly architecture: string; readonly description: string };
      /** True where a CPU plays the GPU: right results, seconds a frame. */
      readonly isSoftware: boolean;
      /** Real half-precision arithmetic, and timestamps for profiling. */
      readonly features: { readonly f16: boolean; readonly timestamps: boolean };
      /** Largest side of a picture that is no raw pixels, and bytes of the largest tensor. */
      readonly limits: { readonly maxTextureSide: number; readonly maxTensorBytes: number };
    }
  | {
      readonly supported: false;
      readonly code: 'NO_WEBGPU' | 'NO_ADAPTER';
      /** For people: what is missing and what to do. */
      readonly reason: string;
    };

/** Where WebGPU comes from where it is not `navigator.gpu`: `create([])` of the package `webgpu` in Node, say. */
export interface GpuOptions {
  readonly gpu?: GPU | undefined;
}

/** Full precision, half precision (real where the adapter has it, else half storage), or the engine's own choice. */
export type PrecisionChoice = 'auto' | 'f32' | 'f16';

/** Whether this page, worker or process can reenact, and if not, why; downloads nothing and never throws. */
export async function isSupported(options: GpuOptions = {}): Promise<Support> {
  try {
    const adapter = await openGpuAdapter(options);
    const { vendor, architecture, description } = adapter.info;
    return {
      supported: true,
      adapter: { vendor, architecture, description },
      isSoftware: isSoftware(adapter.info),
      features: { f16: adapter.features.has('shader-f16'), timestamps: adapter.features.has('timestamp-query') },
      limits: {
        maxTextureSide: adapter.limits.maxTextureDimension2D,
        maxTensorBytes: Math.min(adapter.limits.maxBufferSize, adapter.limits.maxStorageBufferBindingSize),
      },
    };
  } catch (error) {
    const code = error instanceof RhoError && error.code === 'NO_WEBGPU' ? 'NO_WEBGPU' : 'NO_ADAPTER';
    return { supported: false, code, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The adapter that an engine of its own device would take. Throws NO_WEBGPU, NO_ADAPTER. */
export async function openGpuAdapter({ gpu = pageGpu() }: GpuOptions): Promise<GPUAdapter> {
  if (!gpu) {
    throw new RhoError(
      'NO_WEBGPU',
      (globalThis as { isSecureContext?: boolean }).isSecureContext === false
        ? 'WebGPU is only there on pages from https or localhost'
        : 'there is no WebGPU here; Chrome, Edge, Safari and Firefox have it in their current versions, Node with the package webgpu',
    );
  }
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  } catch (cause) {
    throw new RhoError('NO_ADAPTER', `WebGPU gives no adapter: ${String(cause)}`, { cause });
  }
  if (adapter) return adapter;
  throw new RhoError(
    'NO_ADAPTER',
    'there is WebGPU, but no GPU to use it with; the driver may be on a blocklist (chrome://gpu says), and some Linux browsers want WebGPU switched on',
  );
}

/** `navigator.gpu`, which pages, workers and nothing else have. */
export const pageGpu = (): GPU | undefined => (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;

/** Half precision on a device: real half arithmetic where it has `shader-f16`, else half storage. */
export const halfOn = ({ features }: { features: GPUSupportedFeatures }): Precision =>
  features.has('shader-f16') ? 'f16' : 'packed';
