import { RhoError } from '../errors';
import type { CreateOptions, Rho } from './api';
import { chooseBackend, type Backend } from './backend';
import { loadWeights, type LoadedWeights } from './load-weights';
import { checkSize, defaultMotionSize } from './model';
import { createReenactor } from './reenactor';
import { buildSession, openDevice } from './session';
import { createStopwatch } from './stats';

/**
 * Opens a device, loads the weights, compiles: everything up to where a source can be registered. Nothing is downloaded where there
 * is no WebGPU and no onnxruntime in its place. May be called as often as one likes, at once too: engines share nothing but what the
 * caller shares.
 *
 * @throws RhoError NO_WEBGPU, NO_ADAPTER, FETCH, BAD_WEIGHTS (damaged, wrong checksum, no model), BAD_INPUT (sizes), LIMIT,
 * OUT_OF_MEMORY. The signal's reason, an AbortError, where it is aborted.
 */
export async function create(options: CreateOptions): Promise<Rho> {
  const { size = 512, device: given, signal } = options;
  signal?.throwIfAborted();
  checkSize(size);
  const backend = await chooseBackend(options);
  if (backend.name === 'wasm') return createOnCpu(options, backend);
  const opened = await openDevice(options);
  try {
    const { model, ...loaded } = await load(options);
    const start = performance.now();
    const notes: string[] = [];
    const onNote = (note: string): void => {
      if (!notes.includes(note)) notes.push(note);
    };
    const session = await buildSession(opened, model, options, onNote);
    const compileMs = performance.now() - start;
    if (signal?.aborted) session.close();
    signal?.throwIfAborted();
    // Later devices are opened without the caller's progress and signal: these were for the creation.
    const rebuild = async (rebuildSignal: AbortSignal) => {
      const again = { ...options, onProgress: undefined, signal: rebuildSignal };
      const reopened = await openDevice(again);
      try {
        return await buildSession(reopened, model, again, onNote);
      } catch (error) {
        if (reopened.isOwn) reopened.device.destroy();
        throw error;
      }
    };
    const isReplaceable = given === undefined || typeof given === 'function';
    return createReenactor(
      session,
      backend,
      isReplaceable ? rebuild : undefined,
      createStopwatch({ ...loaded, compileMs, planMs: session.engine.planMs, notes }),
    );
  } catch (error) {
    if (opened.isOwn) opened.device.destroy();
    throw error;
  }
}

/** Code and runtime of this way are loaded only here. */
async function createOnCpu(options: CreateOptions, backend: Backend): Promise<Rho> {
  const { size = 512, onnxruntime, keepMotion = false, signal } = options;
  const runtime = await onnxruntime!().catch((cause: unknown) => {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new RhoError('FETCH', `onnxruntime could not be loaded: ${message}`, { cause });
  });
  const { model, ...loaded } = await load(options);
  const { createCpuReenactor } = await import('./cpu-reenactor');
  const { motionSize = defaultMotionSize(model, size) } = options;
  const cold = { ...loaded, notes: [`frames are computed on the CPU: ${backend.reason}`] };
  const rho = await createCpuReenactor({ model, size, motionSize, keepMotion, backend, runtime, cold });
  if (signal?.aborted) rho.dispose();
  signal?.throwIfAborted();
  return rho;
}

async function load(options: CreateOptions): Promise<LoadedWeights & { loadMs: number }> {
  const start = performance.now();
  const loaded = await loadWeights(options.weights, options, (bytes, total) =>
    options.onProgress?.({ phase: 'download', loaded: bytes, total }),
  );
  return { ...loaded, loadMs: performance.now() - start };
}
