import { checkSize } from './model';
import type { CreateOptions, Rho } from './api';
import { loadWeights } from './load-weights';
import { createReenactor } from './reenactor';
import { buildSession, openDevice } from './session';
import { createStopwatch } from './stats';

/**
 * Opens a device, loads the weights, compiles: everything up to where a source can be registered. Nothing is downloaded where there
 * is no WebGPU. May be called as often as one likes, at once too: engines share nothing but what the caller shares.
 *
 * @throws RhoError NO_WEBGPU, NO_ADAPTER, FETCH, BAD_WEIGHTS (damaged, wrong checksum, no model), BAD_INPUT (sizes), LIMIT,
 * OUT_OF_MEMORY. The signal's reason, an AbortError, where it is aborted.
 */
export async function create(options: CreateOptions): Promise<Rho> {
  const { weights, size = 512, device: given, onProgress, signal } = options;
  signal?.throwIfAborted();
  checkSize(size);
  const opened = await openDevice(options);
  try {
    const start = performance.now();
    const { model, ...loaded } = await loadWeights(weights, options, (bytes, total) =>
      onProgress?.({ phase: 'download', loaded: bytes, total }),
    );
    const loadMs = performance.now() - start;
    const notes: string[] = [];
    const onNote = (note: string): void => {
      if (!notes.includes(note)) notes.push(note);
    };
    const session = await buildSession(opened, model, options, onNote);
    const compileMs = performance.now() - start - loadMs;
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
      isReplaceable ? rebuild : undefined,
      createStopwatch({ ...loaded, loadMs, compileMs, planMs: session.engine.planMs, notes }),
    );
  } catch (error) {
    if (opened.isOwn) opened.device.destroy();
    throw error;
  }
}
