import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { CreateOptions, Rho, RhoEvents, RhoSource } from '../../src/engine/api';
import { create } from '../../src/engine/create';
import { someFace, somePicture } from '../engine/faces';
import { TINY_MODEL } from '../engine/tiny-model';
import { openTestDevice } from './device';
import { nodeGpu } from './node-gpu';

const SIZE = 64;
const face = someFace('source');
const open = (options: Partial<CreateOptions> = {}): Promise<Rho> =>
  create({ weights: TINY_MODEL, size: SIZE, gpu: nodeGpu, ...options });

/** A promise of the next event of a kind. */
const next = <K extends keyof RhoEvents>(rho: Rho, event: K): Promise<RhoEvents[K]> =>
  new Promise((resolve) => rho.on(event, resolve));

const bytes = async (rho: Rho, source: RhoSource): Promise<number[]> => [...(await rho.reenact(source, face)).data];

/** Two devices of the caller's, one after the other: compiling for a device takes long, so tests share what can be shared. */
let first: GPUDevice;
let second: GPUDevice;
const closing: (() => void)[] = [];
beforeAll(async () => {
  const opened = [await openTestDevice(), await openTestDevice()] as const;
  [first, second] = [opened[0].device, opened[1].device];
  closing.push(...opened.map(({ close }) => close));
});
afterAll(() => closing.forEach((close) => close()));

test('disposing during frames and registrations ends them with DISPOSED, and spares the caller’s device', async () => {
  const rho = await open({ device: first });
  const destroy = vi.spyOn(first, 'destroy');
  const source = await rho.setSource(somePicture('disposed', SIZE), face);
  const underway = [1, 2, 3, 4].map(() => rho.reenact(source, face));
  const registering = [1, 2].map((i) => rho.setSource(somePicture(`disposed ${i}`, 20 + i), face));
  rho.dispose();
  rho.dispose();
  for (const outcome of await Promise.allSettled([...underway, ...registering]))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'DISPOSED' } });
  await expect(rho.reenact(source, face)).rejects.toMatchObject({ code: 'DISPOSED' });
  await expect(rho.setSource(somePicture('x', 8), face)).rejects.toMatchObject({ code: 'DISPOSED' });
  source.dispose();
  expect(destroy).not.toHaveBeenCalled();

  const again = await open({ device: first });
  expect(await bytes(again, await again.setSource(somePicture('disposed', SIZE), face))).toHaveLength(SIZE * SIZE * 4);
  again[Symbol.dispose]();
  destroy.mockRestore();
});

test('the caller’s lost device is replaced by another of the caller’s', async () => {
  const devices = [first, second];
  const rho = await open({ device: () => devices.shift()! });
  const source = await rho.setSource(somePicture('own', SIZE), face);
  const before = await bytes(rho, source);
  first.destroy();
  expect(await bytes(rho, source)).toEqual(before);
  expect(rho.device).toBe(second);
  const destroy = vi.spyOn(second, 'destroy');
  rho.dispose();
  expect(destroy).not.toHaveBeenCalled();
  destroy.mockRestore();
});

test('the caller’s lost device is not replaced where there is no other', async () => {
  const rho = await open({ device: second });
  const source = await rho.setSource(somePicture('own', SIZE), face);
  const [lost, failed] = [next(rho, 'lost'), next(rho, 'failed')];
  const waiting = bytes(rho, source);
  second.destroy();
  expect(await lost).toMatchObject({ recovering: false });
  await failed;
  await expect(waiting).rejects.toMatchObject({ code: 'DEVICE_LOST' });
  await expect(rho.reenact(source, face)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
});

test('a lost device of its own is replaced: sources, frames and calls in between survive', async () => {
  const rho = await open();
  const small = await rho.setSource(somePicture('small', 30), face);
  const exact = await rho.setSource(somePicture('exact', SIZE), face);
  const before = [await bytes(rho, small), await bytes(rho, exact)];
  const lostDevice = rho.device!;
  const [lost, recovered] = [next(rho, 'lost'), next(rho, 'recovered')];
  const underway = [bytes(rho, small), bytes(rho, exact), bytes(rho, small)];
  lostDevice.destroy();
  const late = rho.setSource(somePicture('late', SIZE), face);
  expect(await lost).toMatchObject({ recovering: true });
  expect(await Promise.all(underway)).toEqual([before[0], before[1], before[0]]);
  expect((await recovered).ms).toBeGreaterThan(0);
  expect(rho.device).not.toBe(lostDevice);
  expect([await bytes(rho, small), await bytes(rho, exact)]).toEqual(before);
  expect(await bytes(rho, await late)).toHaveLength(SIZE * SIZE * 4);
  expect(rho.stats.recoveries).toBe(1);

  // Disposing while all is being rebuilt ends it.
  const again = next(rho, 'lost');
  rho.device!.destroy();
  await again;
  const waiting = rho.reenact(small, face);
  rho.dispose();
  await expect(waiting).rejects.toMatchObject({ code: 'DISPOSED' });
});

test('a device that is lost again and again is given up', async () => {
  // Devices that are lost from the start, once the first is gone.
  let isFirst = true;
  const opened: GPUDevice[] = [];
  const gpu = {
    requestAdapter: async () => {
      const adapter = await nodeGpu.requestAdapter();
      const requestDevice = adapter!.requestDevice.bind(adapter);
      return Object.assign(Object.create(adapter) as GPUAdapter, {
        features: adapter!.features,
        limits: adapter!.limits,
        requestDevice: async (descriptor: GPUDeviceDescriptor) => {
          const device = await requestDevice(descriptor);
          if (!isFirst) device.destroy();
          isFirst = false;
          opened.push(device);
          return device;
        },
      });
    },
  } as unknown as GPU;
  const rho = await open({ gpu });
  const source = await rho.setSource(somePicture('given up', SIZE), face);
  const failed = next(rho, 'failed');
  rho.device!.destroy();
  expect((await failed).message).toMatch(/lost/);
  await expect(rho.reenact(source, face)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
  await expect(rho.setSource(somePicture('given up', SIZE), face)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
  expect(opened.length).toBeLessThanOrEqual(1 + 3 * 3);
  expect(rho.stats.gpuBytes).toBe(0);
  rho.dispose();
});
