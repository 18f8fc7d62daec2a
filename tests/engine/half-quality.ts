import { createEngine, type Model } from '../../src/engine/engine';
import { halfOn } from '../../src/engine/support';
import type { Picture } from '../../src/engine/pictures';
import type { Precision } from '../../src/kernels/kernel';
import { PUBLISHED } from '../../src/model/published';
import { expectedShapes, type Configuration } from '../../src/model/configuration';
import { psnr } from '../../src/profile/statistics';
import { synthetic } from '../../src/weights/synthetic';
import { SMALL } from '../model/small-network';
import { someFace, somePicture } from './faces';

const seeded = (configuration: Configuration) => (): Model => {
  const { rendering, motion } = expectedShapes(configuration);
  return { rendering: synthetic(1, rendering), motion: synthetic(1, motion) };
};

/** Networks whose frames in half precision are held to those in f32. */
export const HALF_CASES = [
  { name: 'odd widths, 96 with motion 64', model: seeded(SMALL), size: 96, motionSize: 64 },
  { name: 'odd widths, 80 with motion 128', model: seeded(SMALL), size: 80, motionSize: 128 },
  { name: 'published widths, 64', model: seeded(PUBLISHED), size: 64, motionSize: 64 },
];

/** Peak signal-to-noise ratio, in dB, of a frame in this device's half precision against the same in f32. */
export async function halfQuality(
  device: GPUDevice,
  { model, size, motionSize }: (typeof HALF_CASES)[number],
): Promise<number> {
  const frame = async (precision: Precision): Promise<Picture['data']> => {
    const engine = await createEngine({ device, model: model(), size, motionSize, precision });
    const source = await engine.setSource(somePicture('half', size), someFace('half source'));
    const { data } = await engine.reenact(source, someFace('half driving'));
    engine.dispose();
    return data;
  };
  const expected = await frame('f32');
  return psnr(await frame(halfOn(device)), expected);
}
