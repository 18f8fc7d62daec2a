import { create } from 'webgpu';
import { requestDevice } from '../../src/gpu/device';
export async function openTestDevice(): Promise<{ device: GPUDevice; close: () => void }> {
  process.env['VK_ICD_FILENAMES'] = '/usr/lib/chromium/vk_swiftshader_icd.json';
  const gpu = create([]);
  const adapter = await gpu.requestAdapter();
  const device = await requestDevice(adapter!, { defaultLimits: true });
  return {
    device,
    close: () => {
      device.destroy();
      void gpu;
    },
  };
}
