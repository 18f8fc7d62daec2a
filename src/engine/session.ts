import { RhoError } from '../errors';
import { requestDevice } from '../gpu/device';
import { scoped } from '../gpu/errors';
import type { CreateOptions } from './api';
import { choosePrecision } from './choose-precision';
import { createEngine, type Engine } from './engine';
import { createTextureImporter, type TextureImporter } from './import-texture';
import { defaultMotionSize, type Model } from './model';
import { createPresenter, type Presenter } from './present';
import { openGpuAdapter, pageGpu } from './support';
import { tuningCache } from './tuning-cache';

/** The motion field that warps, among NAMED_TENSORS. */
export const MOTION_FIELD = 'motion_2';

/** A device, and who has to destroy it. */
export interface OpenDevice {
  readonly device: GPUDevice;
  readonly isOwn: boolean;
}

/** All that lives on one device and dies with it. */
export interface Session extends OpenDevice {
  readonly engine: Engine;
  readonly presenter: Presenter;
  readonly importer: TextureImporter;
  /** True once the device is known to be lost. */
  isLost: boolean;
  close(): void;
}

/** The caller's device, or one of our own. Throws NO_WEBGPU, NO_ADAPTER. */
export async function openDevice({ device, gpu }: Pick<CreateOptions, 'device' | 'gpu'>): Promise<OpenDevice> {
  if (typeof device === 'function') return { device: await device(), isOwn: false };
  if (device) return { device, isOwn: false };
  return { device: await requestDevice(await openGpuAdapter({ gpu })), isOwn: true };
}

/** Compiles and allocates everything on a device. Throws what {@link createEngine} throws; the device stays open then. */
export async function buildSession(
  opened: OpenDevice,
  model: Model,
  options: CreateOptions,
  onNote: (note: string) => void,
): Promise<Session> {
  const { device, isOwn } = opened;
  const { size = 512, motionSize = defaultMotionSize(model, size), precision = 'auto', onProgress, signal } = options;
  const tuning = options.tune === true ? tuningCache : options.tune || undefined;
  const making = { device, model, size, motionSize, tuning, onNote, signal };
  const engine = await createEngine({
    ...making,
    precision: await choosePrecision(making, precision),
    onProgress: onProgress && ((loaded, total) => onProgress({ phase: 'compile', loaded, total })),
    keep: options.keepMotion ? [MOTION_FIELD] : undefined,
  });
  // Dawn in Node has no canvases, and may lack the question.
  const gpu: Partial<GPU> | undefined = options.gpu ?? pageGpu();
  const canvasFormat = gpu?.getPreferredCanvasFormat?.() ?? 'rgba8unorm';
  const { presenter, importer } = await scoped(device, 'preparing pictures', () => ({
    presenter: createPresenter(engine.result, device, size, canvasFormat),
    importer: createTextureImporter(device),
  }));
  return {
    device,
    isOwn,
    engine,
    presenter,
    importer,
    isLost: false,
    close() {
      presenter.dispose();
      engine.dispose();
      if (isOwn) device.destroy();
    },
  };
}

/** Whether a session's device is gone, which may become known only a moment after a call has failed. */
export async function isLost(session: Session): Promise<boolean> {
  if (session.isLost) return true;
  const aMomentLater = new Promise<boolean>((resolve) => setTimeout(resolve, 0, false));
  return Promise.race([session.device.lost.then(() => true), aMomentLater]);
}

export const lostError = (message: string, options?: ErrorOptions): RhoError =>
  new RhoError('DEVICE_LOST', `the GPU device was lost (${message}); create the engine anew`, options);
