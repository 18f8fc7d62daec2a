import { checkModel, createEngine, defaultMotionSize, type Engine, type Source } from '../src/engine/engine';
import type { Face } from '../src/engine/face';
import type { Picture } from '../src/engine/pictures';
import { RhoError } from '../src/errors';
import { requestDevice } from '../src/gpu/device';
import { loadModel } from './load-model';
import { openAdapter, type AdapterChoice } from './node-gpu';
import { choosePrecision } from '../src/engine/choose-precision';
import type { PrecisionChoice } from '../src/engine/support';
import { progressBar } from './progress';
import { prepareFolder } from './write-file';

export interface ReenactmentOptions {
  readonly model: string;
  readonly picture: Picture;
  readonly face: Face;
  readonly size: number;
  /** The model's own unless given. */
  readonly motionSize?: number | undefined;
  readonly precision: PrecisionChoice;
  readonly adapter: AdapterChoice;
  /** Folders that must be there, and writable, before anything takes long. */
  readonly folders: readonly string[];
  readonly keep?: readonly string[];
}

/** An engine on an adapter of Node with one source registered. */
export interface Reenactment {
  readonly engine: Engine;
  readonly source: Source;
  readonly close: () => void;
}

/** Opens an adapter (and says which), compiles a model (showing progress) and registers a source. */
export async function openReenactment(options: ReenactmentOptions): Promise<Reenactment> {
  const { size, keep, folders } = options;
  const model = await loadModel(options.model);
  const { motionSize = defaultMotionSize(model, size) } = options;
  checkModel(model, size, motionSize);
  const { adapter, label } = await openAdapter(options.adapter);
  for (const folder of folders) await prepareFolder(folder);
  console.error(`adapter: ${label}`);
  const device = await requestDevice(adapter);
  const precision = await choosePrecision({ device, model, size, motionSize }, options.precision);
  console.error(`size ${size}, motion size ${motionSize}, precision ${precision}`);
  const engine = await createEngine({
    device,
    model,
    size,
    motionSize,
    precision,
    keep,
    onProgress: progressBar('compiling'),
  });
  const source = await engine.setSource(options.picture, options.face);
  return {
    engine,
    source,
    close: () => {
      engine.dispose();
      device.destroy();
    },
  };
}

/** Throws BAD_INPUT unless the text is a whole number above zero. */
export function parseSize(flag: string, text: string): number {
  const size = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(size) || size === 0)
    throw new RhoError('BAD_INPUT', `${flag} is "${text}"; it must be a whole number above zero`);
  return size;
}

/** `--motion_size`, where it is given. Throws BAD_INPUT. */
export const parseMotionSize = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseSize('--motion_size', text);
