import { requestDevice } from '../../src/gpu/device';
import { openAdapter } from '../../tools/node-gpu';

/** A device with WebGPU's default limits; a missing adapter is a failure, not a reason to skip. */
export async function openTestDevice(): Promise<{ device: GPUDevice; close: () => void }> {
  const { adapter } = await openAdapter(process.env['RHO_ADAPTER'] === 'hardware' ? 'hardware' : 'auto');
  const device = await requestDevice(adapter, { defaultLimits: true });
  return { device, close: () => device.destroy() };
}
