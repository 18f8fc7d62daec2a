import { RhoError } from '../errors';

const FILTERS = ['validation', 'out-of-memory', 'internal'] as const;

/**
 * Runs `work` inside error scopes, awaits what it returns, and throws what the scopes caught. Without a scope WebGPU
 * reports nothing where it happens: an invalid buffer or dispatch simply does nothing. The scopes are a stack of the
 * device, so they are closed again before anything is awaited: `work` must issue its commands synchronously.
 */
export async function scoped<T>(device: GPUDevice, what: string, work: () => T): Promise<Awaited<T>> {
  for (const filter of FILTERS) device.pushErrorScope(filter);
  const started = attempt(work);
  const scopes = FILTERS.map(() => device.popErrorScope());
  const [result, ...caught] = await Promise.allSettled([started, ...scopes]);
  const errors = caught.flatMap((scope) => (scope.status === 'fulfilled' && scope.value ? [scope.value] : []));
  const [first] = errors;
  if (first) {
    const [message] = first.message.split('\n');
    // Node has no global GPUOutOfMemoryError to compare with.
    const isMemory = errors.some((error) => error.constructor.name === 'GPUOutOfMemoryError');
    if (isMemory)
      throw new RhoError(
        'OUT_OF_MEMORY',
        `${what}: the GPU is out of memory (${message}); use a smaller size or half precision`,
      );
    throw new RhoError('INTERNAL', `${what}: ${message}`);
  }
  if (result.status === 'fulfilled') return result.value;
  const lost = await Promise.race([device.lost, Promise.resolve(undefined)]);
  if (lost)
    throw new RhoError('DEVICE_LOST', `${what}: the GPU device was lost (${lost.message || lost.reason})`, {
      cause: result.reason,
    });
  throw result.reason;
}

/** The result of `work` as a promise that is rejected where it throws. */
async function attempt<T>(work: () => T): Promise<Awaited<T>> {
  return await work();
}
