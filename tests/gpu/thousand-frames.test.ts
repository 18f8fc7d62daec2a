import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { create } from '../../src/engine/create';
import { someFace, somePicture } from '../engine/faces';
import { TINY_MODEL } from '../engine/tiny-model';
import { openTestDevice } from './device';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Counts what a device has made and not yet destroyed. */
function countResources(device: GPUDevice): () => { count: number; bytes: number } {
  const live = new Map<GPUBuffer | GPUTexture, number>();
  const watch = <T extends GPUBuffer | GPUTexture>(made: T, bytes: number): T => {
    live.set(made, bytes);
    const destroy = made.destroy.bind(made);
    return Object.assign(made, {
      destroy: () => {
        live.delete(made);
        destroy();
      },
    });
  };
  const createBuffer = device.createBuffer.bind(device);
  const createTexture = device.createTexture.bind(device);
  device.createBuffer = (descriptor) => watch(createBuffer(descriptor), descriptor.size);
  device.createTexture = (descriptor) => watch(createTexture(descriptor), 1);
  return () => ({ count: live.size, bytes: [...live.values()].reduce((a, b) => a + b, 0) });
}

/** What a tenth of the frames take at most: other work on the machine does not move it, and a leak does. */
const undisturbed = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 10)]!;

test('a thousand frames cost no memory and become no slower; disposing frees everything', async () => {
  const { device, close } = await openTestDevice();
  const resources = countResources(device);
  const rho = await create({ weights: TINY_MODEL, size: 32, motionSize: 32, device });
  const sources = [
    await rho.setSource(somePicture('one', 32), someFace('one')),
    await rho.setSource(somePicture('two', 40), someFace('two')),
  ];
  const usage = 0x10; // RENDER_ATTACHMENT
  const target = device.createTexture({ size: [32, 32], format: 'rgba8unorm', usage });
  const faces = Array.from({ length: 10 }, (_, i) => someFace(`${i}`));
  const times: number[] = [];
  const run = async (frames: number, used = sources): Promise<void> => {
    for (let i = 0; i < frames; i++) {
      const start = performance.now();
      expect(await rho.reenact(used[i % used.length]!, faces[i % 10]!, target)).toBe('drawn');
      times.push(performance.now() - start);
    }
  };
  await run(100);
  collectGarbage();
  const [before, heap] = [resources(), process.memoryUsage().heapUsed];
  times.length = 0;
  await run(1000);
  collectGarbage();
  expect(resources()).toEqual(before);
  expect(rho.stats.gpuBytes).toBeLessThanOrEqual(before.bytes);
  expect((process.memoryUsage().heapUsed - heap) / 2 ** 20).toBeLessThan(1);
  expect(undisturbed(times.slice(-300))).toBeLessThan(2 * undisturbed(times.slice(0, 300)));
  expect(rho.stats).toMatchObject({ frames: 1100, skippedFrames: 0 });

  // Another source with every frame costs less than one frame more.
  const alternating = undisturbed(times.slice(-300));
  times.length = 0;
  await run(300, sources.slice(0, 1));
  expect(alternating).toBeLessThan(2 * undisturbed(times));

  // Frames that are read, and sources that come and go, cost nothing lasting either.
  for (let i = 0; i < 20; i++) {
    const passing = await rho.setSource(somePicture('two', 40), faces[i % 10]!);
    await rho.reenact(passing, faces[0]!);
    passing.dispose();
  }
  expect(resources()).toEqual(before);

  target.destroy();
  rho.dispose();
  expect(resources()).toEqual({ count: 0, bytes: 0 });
  close();
});
