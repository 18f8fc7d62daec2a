import type { Precision } from '../src/kernels/kernel';

/** `auto` is f32; `f16` is real half arithmetic where the adapter has it, else half storage. */
export type PrecisionChoice = 'auto' | 'f32' | 'f16';

/** What a choice on the command line means on this device. */
export function precisionOn(device: GPUDevice, choice: PrecisionChoice): Precision {
  if (choice !== 'f16') return 'f32';
  return device.features.has('shader-f16') ? 'f16' : 'packed';
}
