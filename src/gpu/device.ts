import { RhoError } from '../errors';

/** Features that are used where the adapter has them. */
const OPTIONAL_FEATURES = ['timestamp-query', 'shader-f16'] as const satisfies readonly GPUFeatureName[];

/** Limits that are raised to what the adapter offers; the defaults suffice for everything up to 1440 x 1440. */
const RAISED_LIMITS = ['maxBufferSize', 'maxStorageBufferBindingSize'] as const;

/** True for an adapter that runs on the CPU: SwiftShader, llvmpipe, Windows' basic renderer. */
export const isSoftware = ({ architecture, description, device, isFallbackAdapter }: GPUAdapterInfo): boolean =>
  isFallbackAdapter || /swiftshader|llvmpipe|basic render/i.test(`${architecture} ${description} ${device}`);

export interface DeviceOptions {
  /** Ask for WebGPU's default limits even where the adapter offers more. */
  readonly defaultLimits?: boolean;
}

/** A device with the features and limits this engine makes use of. Throws NO_ADAPTER if the adapter gives none. */
export async function requestDevice(
  adapter: GPUAdapter,
  { defaultLimits = false }: DeviceOptions = {},
): Promise<GPUDevice> {
  const requiredFeatures = OPTIONAL_FEATURES.filter((feature) => adapter.features.has(feature));
  const requiredLimits = defaultLimits
    ? {}
    : Object.fromEntries(RAISED_LIMITS.map((name) => [name, adapter.limits[name]]));
  try {
    return await adapter.requestDevice({ label: 'rho', requiredFeatures, requiredLimits });
  } catch (cause) {
    throw new RhoError(
      'NO_ADAPTER',
      `the adapter gives no device: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
