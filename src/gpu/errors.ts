import { RhoError } from '../errors';

const FILTERS = ['validation', 'out-of-memory', 'internal'] as const;

/**
 * Runs `work` inside error scopes and throws what they caught. Without a scope WebGPU reports nothing where it happens:
 * an invalid buffer or dispatch simply does nothing.
 */
export async function scoped<T>(device: GPUDevice, what: string, work: () => T | Promise<T>): Promise<T> {
  for (const filter of FILTERS) device.pushErrorScope(filter);
  let result: T;
  try {
    result = await work();
  } catch (error) {
    for (let i = 0; i < FILTERS.length; i++) await device.popErrorScope();
    throw error;
  }
  const caught: GPUError[] = [];
  for (let i = 0; i < FILTERS.length; i++) {
    const error = await device.popErrorScope();
    if (error) caught.push(error);
  }
  const first = caught[0];
  if (!first) return result;
  const [message] = first.message.split('\n');
  if (caught.some((error) => error.constructor.name === 'GPUOutOfMemoryError')) {
    throw new RhoError(
      'OUT_OF_MEMORY',
      `${what}: the GPU is out of memory (${message}); use a smaller size or half precision`,
    );
  }
  throw new RhoError('INTERNAL', `${what}: ${message}`);
}
