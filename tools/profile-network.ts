// What `rho profile` and the profiler page have in common: nothing here needs Node, or a page.
import { createEngine } from '../src/engine/engine';
import { measureCeilings } from '../src/profile/ceilings';
import { programFacts, type DispatchFacts } from '../src/profile/dispatch-facts';
import { profileProgram, requireTimestamps } from '../src/profile/profile';
import { dispatchRows, kernelRows } from '../src/profile/roofline';
import type { MeasuredFaces, MeasuredNetwork } from './benchmark';
import type { ProfileReport } from './profile-report';

/** A profile with what each of its dispatches is: what the profiler page and `rho profile --html` show. */
export interface ProfileDocument {
  readonly report: ProfileReport;
  /** Of each dispatch, in the order of the report. */
  readonly facts: readonly DispatchFacts[];
}

export interface ProfileNetworkOptions {
  /** Which adapter, for people. */
  readonly adapter: string;
  readonly commit: string | null;
  readonly onProgress?: (phase: 'compiling' | 'ceilings' | 'profiling', done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Compiles a network, runs one frame, measures the machine's ceilings, then times every dispatch. Throws LIMIT without timestamp-query. */
export async function profileNetwork(
  { model, size, motionSize, device, precision, making }: MeasuredNetwork,
  { picture, face, driving }: MeasuredFaces,
  { adapter, commit, onProgress, signal }: ProfileNetworkOptions,
): Promise<ProfileDocument> {
  requireTimestamps(device);
  const compiling = (done: number, total: number): void => onProgress?.('compiling', done, total);
  const engine = await createEngine({
    device,
    model,
    size,
    motionSize,
    precision,
    ...making,
    onProgress: compiling,
    signal,
  });
  try {
    const source = await engine.setSource(picture, face);
    engine.submitFrame(source, driving[0]!);
    await device.queue.onSubmittedWorkDone();
    onProgress?.('ceilings', 0, 1);
    const ceilings = await measureCeilings(device, precision);
    const bound = engine.boundFrame(source);
    const measured = await profileProgram(bound, {
      onProgress: (done, total) => onProgress?.('profiling', done, total),
      signal,
    });
    const report = {
      adapter,
      precision,
      size,
      motionSize,
      commit,
      ceilings: { gflops: ceilings.compute, gbPerS: ceilings.bandwidth },
      frame: { ...measured.frame, sumMs: measured.sumMs },
      kernels: kernelRows(measured, ceilings),
      dispatches: dispatchRows(measured, ceilings),
    };
    return { report, facts: programFacts(bound) };
  } finally {
    engine.dispose();
  }
}
