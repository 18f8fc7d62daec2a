/** Face2Face-rho on raw WebGPU. */
export {
  createEngine,
  type Engine,
  type EngineOptions,
  type HostTensor,
  type Model,
  type Source,
} from './engine/engine';
export type { Face } from './engine/face';
export type { Picture } from './engine/pictures';
export { RhoError, type RhoErrorCode } from './errors';
export { NAMED_TENSORS } from './model/network';
