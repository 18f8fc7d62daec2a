import { expect, test } from 'vitest';
import { attachMeter, textureBytes } from '../../src/profile/meter';

/** As much of a device as a meter sees; methods on the prototype, like a real one's. */
class FakeDevice {
  readonly queue = new FakeQueue();
  createBuffer({ size }: { size: number }) {
    return new FakeResource(size);
  }
  createTexture(shape: Partial<GPUTexture>) {
    return Object.assign(new FakeResource(0), { depthOrArrayLayers: 1, sampleCount: 1 }, shape);
  }
  createCommandEncoder() {
    return { beginComputePass: () => ({ dispatchWorkgroups: (x: number) => void (this.queue.work += x) }) };
  }
}
class FakeQueue {
  work = 0;
  submit(): void {
    this.work++;
  }
}
class FakeResource {
  isDestroyed = false;
  constructor(readonly size: number) {}
  destroy(): void {
    this.isDestroyed = true;
  }
}

function metered() {
  const fake = new FakeDevice();
  const device = fake as unknown as GPUDevice;
  return { fake, device, meter: attachMeter(device) };
}

test('memory is what lives, its peak what ever lived at once', () => {
  const { device, meter } = metered();
  const first = device.createBuffer({ size: 100, usage: 0 });
  const second = device.createBuffer({ size: 50, usage: 0 });
  first.destroy();
  first.destroy();
  expect((first as unknown as FakeResource).isDestroyed).toBe(true);
  device.createTexture({ width: 4, height: 3, format: 'rgba8unorm' } as unknown as GPUTextureDescriptor);
  expect(meter.liveBytes()).toBe(98);
  expect(meter.peakBytes()).toBe(150);
  second.destroy();
  expect(meter.liveBytes()).toBe(48);
});

test('calls are counted and made', () => {
  const { fake, device, meter } = metered();
  const encoder = device.createCommandEncoder();
  for (let i = 0; i < 2; i++) {
    const pass = encoder.beginComputePass();
    pass.dispatchWorkgroups(10);
    pass.dispatchWorkgroups(100);
  }
  device.queue.submit([]);
  expect(meter.counts()).toEqual({ submits: 1, passes: 2, dispatches: 4 });
  expect(fake.queue.work).toBe(221);
});

test('the peak leaves out what is not metered, but not what stays of it', async () => {
  const { device, meter } = metered();
  await meter.unmetered(async () => {
    device.createBuffer({ size: 1000, usage: 0 }).destroy();
    device.createBuffer({ size: 10, usage: 0 });
    await Promise.resolve();
  });
  expect(meter.peakBytes()).toBe(10);
});

test.each([
  ['rgba8unorm', 4],
  ['bgra8unorm', 4],
  ['r32float', 4],
  ['rg16float', 4],
  ['rgba32float', 16],
  ['bc1-rgba-unorm', 0],
] as const)('a texel of %s', (format, bytes) => {
  const shape = { format, width: 5, height: 7, depthOrArrayLayers: 2, sampleCount: 1 };
  expect(textureBytes(shape as GPUTexture)).toBe(70 * bytes);
});
