/** Face2Face-rho on raw WebGPU: one picture of a face, driven in real time by the landmarks and head pose of another. */
export type {
  CreateOptions,
  FrameOutcome,
  MotionField,
  Progress,
  Rho,
  RhoEvents,
  RhoSource,
  SetSourceOptions,
} from './engine/api';
export { create } from './engine/create';
export { cropAround, faceInCrop, type Crop } from './engine/crop';
export {
  createEngine,
  type Engine,
  type EngineOptions,
  type HostTensor,
  type Model,
  type Source,
} from './engine/engine';
export type { Face } from './engine/face';
export type { ImageInput } from './engine/images';
export type { CacheOutcome, LoadOptions, Weights } from './engine/load-weights';
export {
  deleteCached,
  isCached,
  type CachedModelOptions,
  type CacheChoice,
  type CacheLike,
} from './engine/model-cache';
export type { GpuPicture, Picture } from './engine/pictures';
export type { Target } from './engine/present';
export type { Stats } from './engine/stats';
export { isSupported, type GpuOptions, type PrecisionChoice, type Support } from './engine/support';
export { RhoError, type RhoErrorCode } from './errors';
export { NAMED_TENSORS } from './model/network';
export type { Precision } from './kernels/kernel';
export type { ProgramTarget } from './graph/optimize';
export type { TuningStore } from './profile/tune';
