/** What a device was asked to do since its meter was attached. */
export interface MeterCounts {
  readonly submits: number;
  readonly passes: number;
  readonly dispatches: number;
}

/** Counts the real calls on a device, and the memory that its buffers and textures take. */
export interface Meter {
  readonly counts: () => MeterCounts;
  /** Bytes of all buffers and textures that are alive, as they were asked for: drivers may round up. */
  readonly liveBytes: () => number;
  /** The most that {@link Meter.liveBytes} ever was. */
  readonly peakBytes: () => number;
  /** Runs work whose memory the peak leaves out; what it allocates it must free, or that counts from then on. */
  readonly unmetered: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Attaches a meter to a device, before anything is created on it. It replaces methods of the device, its queue and what it
 * creates by ones that count and then call the original; the device is meant to be destroyed afterwards.
 */
export function attachMeter(device: GPUDevice): Meter {
  const counts = { submits: 0, passes: 0, dispatches: 0 };
  let live = 0;
  let peak = 0;
  let isPaused = false;
  const allocated = (resource: GPUBuffer | GPUTexture, byteLength: number): void => {
    live += byteLength;
    if (!isPaused) peak = Math.max(peak, live);
    let isAlive = true;
    after(resource, 'destroy', () => {
      if (isAlive) live -= byteLength;
      isAlive = false;
    });
  };
  after(device, 'createBuffer', (buffer) => allocated(buffer, buffer.size));
  after(device, 'createTexture', (texture) => allocated(texture, textureBytes(texture)));
  after(device.queue, 'submit', () => counts.submits++);
  after(device, 'createCommandEncoder', (encoder) =>
    after(encoder, 'beginComputePass', (pass) => {
      counts.passes++;
      after(pass, 'dispatchWorkgroups', () => counts.dispatches++);
      after(pass, 'dispatchWorkgroupsIndirect', () => counts.dispatches++);
    }),
  );
  return {
    counts: () => ({ ...counts }),
    liveBytes: () => live,
    peakBytes: () => peak,
    async unmetered(work) {
      isPaused = true;
      try {
        return await work();
      } finally {
        isPaused = false;
        peak = Math.max(peak, live);
      }
    },
  };
}

/** Has `then` called with what a method of this one object returns, each time it is called. */
function after<T extends object, K extends keyof T>(
  target: T,
  name: K,
  then: (result: T[K] extends (...args: never[]) => infer R ? R : never) => void,
): void {
  const original = target[name] as (...args: unknown[]) => never;
  const counted = (...args: unknown[]): unknown => {
    const result = original.apply(target, args);
    then(result);
    return result;
  };
  Object.defineProperty(target, name, { value: counted, configurable: true, writable: true });
}

/** Bytes of a texture's first mip level: channels x bits as the name of its format says. Compressed formats count as nothing. */
export function textureBytes({ format, width, height, depthOrArrayLayers, sampleCount }: GPUTexture): number {
  const [, channels, bits] = /^(r|rg|rgba|bgra)(8|16|32)/.exec(format) ?? [undefined, '', '0'];
  return ((width * height * depthOrArrayLayers * sampleCount * channels.length * Number(bits)) / 8) | 0;
}
