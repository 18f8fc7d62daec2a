import { createStorage } from '../gpu/buffers';
import { bindGroupLayout, computePipeline, type AccessList } from '../gpu/pipelines';
import { createTimestamps } from '../gpu/timestamps';
import type { Precision } from '../kernels/kernel';
import { requireTimestamps } from './profile';

/** What this device can do at best, measured on the spot. */
export interface Ceilings {
  /** Bytes read and written a second by a plain copy, in GB/s. */
  readonly bandwidth: number;
  /** Floating point operations a second of independent multiply-adds in registers, in GFLOP/s: of float16 for f16, else of float32. */
  readonly compute: number;
}

const THREADS = 64;
/** Larger than the caches of most GPUs, smaller than the smallest binding limit. */
const COPY_BYTES = 64 * 2 ** 20;

const COPY = `
@group(0) @binding(0) var<storage, read> src: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> dst: array<vec4f>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * ${THREADS}u + id.x;
  if (i < arrayLength(&dst)) { dst[i] = src[i]; }
}`;

const CHAINS = 8;
const STEPS = 256;

/** Eight independent chains of vec4 multiply-adds a thread hide the latency of one. */
const fma = (type: 'f16' | 'f32'): string => `${type === 'f16' ? 'enable f16;' : ''}
alias V = vec4<${type}>;
@group(0) @binding(0) var<storage, read> src: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> dst: array<vec4f>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let m = V(src[0]);
  let start = V(src[id.x % ${THREADS}u]);
${Array.from({ length: CHAINS }, (_, i) => `  var a${i} = start + V(${i}.0);`).join('\n')}
  for (var i = 0u; i < ${STEPS}u; i++) {
${Array.from({ length: CHAINS }, (_, i) => `    a${i} = fma(a${i}, m, start);`).join('\n')}
  }
  dst[id.x] = vec4f(${Array.from({ length: CHAINS }, (_, i) => `a${i}`).join(' + ')});
}`;

/**
 * Measures the two ceilings of the roofline for a precision; takes well under a second on a GPU, a few on a CPU. Throws LIMIT
 * without timestamp-query.
 */
export async function measureCeilings(device: GPUDevice, precision: Precision): Promise<Ceilings> {
  requireTimestamps(device);
  const code = fma(precision === 'f16' ? 'f16' : 'f32');
  const src = createStorage(device, 'ceiling source', COPY_BYTES);
  const dst = createStorage(device, 'ceiling destination', COPY_BYTES);
  try {
    const copyGroups = COPY_BYTES / 16 / THREADS;
    const copyMs = await shortest(device, COPY, src, dst, [32768, Math.ceil(copyGroups / 32768)]);
    // Begin small: what takes a GPU microseconds takes a software driver a second.
    let groups = 64;
    let fmaMs = await shortest(device, code, src, dst, [groups, 1]);
    while (fmaMs < 5 && groups < 32768) {
      groups *= 4;
      fmaMs = await shortest(device, code, src, dst, [groups, 1]);
    }
    const operations = groups * THREADS * STEPS * CHAINS * 4 * 2;
    return { bandwidth: (2 * COPY_BYTES) / copyMs / 1e6, compute: operations / fmaMs / 1e6 };
  } finally {
    src.destroy();
    dst.destroy();
  }
}

const ACCESS: AccessList = ['read', 'write'];

/** Milliseconds of the fastest of a few runs. */
async function shortest(
  device: GPUDevice,
  code: string,
  src: GPUBuffer,
  dst: GPUBuffer,
  grid: [number, number],
): Promise<number> {
  const pipeline = await computePipeline(device, 'ceiling', code, ACCESS);
  const entries = [src, dst].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const group = device.createBindGroup({ label: 'ceiling', layout: bindGroupLayout(device, ACCESS), entries });
  const timestamps = createTimestamps(device, 1);
  let best = Infinity;
  for (let run = 0; run < 5; run++) {
    const encoder = device.createCommandEncoder({ label: 'ceiling' });
    const pass = encoder.beginComputePass({ label: 'ceiling', timestampWrites: timestamps.writes(0) });
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(...grid);
    pass.end();
    timestamps.resolve(encoder);
    device.queue.submit([encoder.finish()]);
    const [ms] = await timestamps.read();
    if (ms !== undefined && ms > 0) best = Math.min(best, ms);
  }
  timestamps.destroy();
  return best;
}
