/**
 * Timing every dispatch of an engine's frame, against what the device can do at best: `createEngine`, `setSource`, then
 * `profileProgram(engine.boundFrame(source))`. Needs `timestamp-query`.
 */
export { measureCeilings, type Ceilings } from './profile/ceilings';
export {
  profileProgram,
  requireTimestamps,
  sampleFrames,
  type FrameSamples,
  type Profile,
  type ProfiledDispatch,
  type ProfiledFrame,
  type ProfileOptions,
} from './profile/profile';
export { dispatchRows, kernelRows, leastMs, type DispatchRow, type KernelRow, type Rates } from './profile/roofline';
export { chromeTrace, traceEvents, type TraceEvent } from './profile/trace';
