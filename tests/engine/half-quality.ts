import { readFileSync } from 'node:fs';
import { createEngine, type Model } from '../../src/engine/engine';
import { halfOn } from '../../src/engine/support';
import type { Picture } from '../../src/engine/pictures';
import type { Precision } from '../../src/kernels/kernel';
import { expectedShapes } from '../../src/model/configuration';
import { psnr } from '../../src/profile/statistics';
import { readModel } from '../../src/weights/model-file';
import { synthetic } from '../../src/weights/synthetic';
import { SMALL } from '../model/small-network';
import { someFace, somePicture } from './faces';

function seeded(): Promise<Model> {
  const { rendering, motion } = expectedShapes(SMALL);
  return Promise.resolve({ rendering: synthetic(1, rendering), motion: synthetic(1, motion) });
}

const bundled = (): Promise<Model> => readModel(readFileSync('demo/model.safetensors'), 'the bundled model');

/** Networks whose frames in half precision are held to those in f32. */
export const HALF_CASES = [
  { name: 'odd widths, 96 with motion 64', model: seeded, size: 96, motionSize: 64 },
  { name: 'odd widths, 80 with motion 128', model: seeded, size: 80, motionSize: 128 },
  { name: 'the bundled model, 64', model: bundled, size: 64, motionSize: 64 },
];

/** Peak signal-to-noise ratio, in dB, of a frame in this device's half precision against the same in f32. */
export async function halfQuality(
  device: GPUDevice,
  { model, size, motionSize }: (typeof HALF_CASES)[number],
): Promise<number> {
  const frame = async (precision: Precision): Promise<Picture['data']> => {
    const engine = await createEngine({ device, model: await model(), size, motionSize, precision });
    const source = await engine.setSource(somePicture('half', size), someFace('half source'));
    const { data } = await engine.reenact(source, someFace('half driving'));
    engine.dispose();
    return data;
  };
  const expected = await frame('f32');
  return psnr(await frame(halfOn(device)), expected);
}
