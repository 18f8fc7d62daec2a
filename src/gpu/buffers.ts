import { RhoError } from '../errors';

type Bytes = Uint8Array | Float32Array | Int32Array | Uint32Array | Uint16Array;

/** Buffer sizes are multiples of 16, so that a buffer of vec4 is never cut short. */
const padded = (byteLength: number): number => Math.max(Math.ceil(byteLength / 16) * 16, 16);

/** Throws where a binding of this many bytes could not be bound on the device, before anything is allocated. */
export function checkBindingSize(device: GPUDevice, name: string, byteLength: number): void {
  const limit = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  if (byteLength <= limit) return;
  const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
  throw new RhoError(
    'LIMIT',
    `${name} takes ${mib(byteLength)} MiB, but this device binds at most ${mib(limit)} MiB; use a smaller size or half precision`,
  );
}

/** A storage buffer that can be written from and copied to the CPU. */
export function createStorage(device: GPUDevice, label: string, byteLength: number): GPUBuffer {
  checkBindingSize(device, label, byteLength);
  const usage = GPU_STORAGE | GPU_COPY_SRC | GPU_COPY_DST;
  return device.createBuffer({ label, size: padded(byteLength), usage });
}

// The numbers of GPUBufferUsage, which is a global that Node does not have.
const GPU_MAP_READ = 0x1;
const GPU_COPY_SRC = 0x4;
const GPU_COPY_DST = 0x8;
const GPU_STORAGE = 0x80;

/** Writes to the start of a buffer. */
export function write(device: GPUDevice, buffer: GPUBuffer, data: Bytes, byteOffset = 0): void {
  device.queue.writeBuffer(buffer, byteOffset, data as Bytes & ArrayBufferView<ArrayBuffer>);
}

/** Copies a buffer, or its first bytes, back to the CPU. The slow way: not for the path to a canvas. */
export async function readBack(device: GPUDevice, buffer: GPUBuffer, byteLength = buffer.size): Promise<ArrayBuffer> {
  const staging = device.createBuffer({
    label: 'readback',
    size: padded(byteLength),
    usage: GPU_MAP_READ | GPU_COPY_DST,
  });
  const encoder = device.createCommandEncoder({ label: 'readback' });
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, Math.ceil(byteLength / 4) * 4);
  device.queue.submit([encoder.finish()]);
  try {
    await staging.mapAsync(1 /* GPUMapMode.READ */);
    return staging.getMappedRange().slice(0, byteLength);
  } finally {
    staging.destroy();
  }
}
