import type { GpuCounts } from './peer';

/** The same adapter; every device that it gives is counted from its first moment, in that order. */
export function countDevicesOf(adapter: GPUAdapter, counters: (() => GpuCounts)[]): GPUAdapter {
  wrap(adapter, 'requestDevice', (request) => async (descriptor) => {
    const device = await request(descriptor);
    counters.push(countDevice(device));
    return device;
  });
  return adapter;
}

/** Counts what happens on a device from now on, by wrapping its own methods: works for any library on top of it. */
function countDevice(device: GPUDevice): () => GpuCounts {
  const sizes = new Map<object, number>();
  let [bytes, peakBytes, dispatches] = [0, 0, 0];
  const track = <T extends GPUBuffer | GPUTexture>(resource: T, size: number): T => {
    sizes.set(resource, size);
    bytes += size;
    peakBytes = Math.max(peakBytes, bytes);
    wrap(resource as GPUBuffer, 'destroy', (destroy) => () => {
      bytes -= sizes.get(resource) ?? 0;
      sizes.delete(resource);
      return destroy();
    });
    return resource;
  };
  wrap(device, 'createBuffer', (make) => (descriptor) => track(make(descriptor), descriptor.size));
  wrap(device, 'createTexture', (make) => (descriptor) => {
    const texture = make(descriptor);
    return track(texture, texture.width * texture.height * texture.depthOrArrayLayers * texelBytes(texture.format));
  });
  wrap(device, 'createCommandEncoder', (make) => (descriptor) => {
    const encoder = make(descriptor);
    wrap(encoder, 'beginComputePass', (begin) => (...args) => {
      const pass = begin(...args);
      for (const name of ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect'] as const) {
        const dispatch = (pass[name] as (...args: unknown[]) => undefined).bind(pass);
        pass[name] = (...args: unknown[]) => {
          dispatches++;
          return dispatch(...args);
        };
      }
      return pass;
    });
    return encoder;
  });
  return () => ({ peakBytes, dispatches });
}

/** Replaces a method of one object by one made from it. */
function wrap<T extends object, K extends keyof T>(target: T, name: K, make: (method: T[K]) => T[K]): void {
  const method = target[name] as (...args: unknown[]) => unknown;
  target[name] = make(method.bind(target) as T[K]);
}

/** Formats that libraries here make use of are `rgba8`, `r32`, `rgba16`, `rgba32`. */
function texelBytes(format: GPUTextureFormat): number {
  const [, channels, bits] = /^([rgba]+)(\d+)/.exec(format) ?? [];
  return channels && bits ? (channels.length * Number(bits)) / 8 : 4;
}
