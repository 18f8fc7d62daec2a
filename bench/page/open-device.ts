import { openGpuAdapter } from '../../src/engine/support';
import { RhoError } from '../../src/errors';
import { isSoftware, requestDevice } from '../../src/gpu/device';
import type { Surroundings } from '../../src/profile/benchmark-result';

/** Features that this engine or its measurements make use of; subgroups are only shown. */
export const SHOWN_FEATURES = ['shader-f16', 'timestamp-query', 'subgroups'] as const;

export interface OpenedDevice {
  readonly device: GPUDevice;
  readonly surroundings: Surroundings;
  /** The work, or a DEVICE_LOST error as soon as the device is lost. */
  readonly whileAlive: <T>(work: Promise<T>) => Promise<T>;
  readonly close: () => void;
}

/** Vendor, architecture, device and description, as far as the browser tells. */
export function adapterName({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  const name = [vendor, architecture, device, description].filter((part) => part !== '').join(', ');
  return name === '' ? 'a GPU that the browser does not name' : name;
}

/** A fresh device on the adapter that an engine would take. Throws NO_WEBGPU, NO_ADAPTER. */
export async function openDevice(): Promise<OpenedDevice> {
  const adapter = await openGpuAdapter({});
  const device = await requestDevice(adapter);
  let isClosing = false;
  const lost = device.lost.then(({ message, reason }): never => {
    if (isClosing) return new Promise<never>(() => undefined) as never;
    throw new RhoError('DEVICE_LOST', `the GPU device was lost (${message || reason})`);
  });
  lost.catch(() => undefined);
  return {
    device,
    surroundings: {
      adapter: adapterName(adapter.info),
      isSoftware: isSoftware(adapter.info),
      browser: navigator.userAgent,
      features: SHOWN_FEATURES.filter((feature) => adapter.features.has(feature)),
    },
    whileAlive: (work) => Promise.race([work, lost]),
    close() {
      isClosing = true;
      device.destroy();
    },
  };
}
