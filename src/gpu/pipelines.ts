import { RhoError } from '../errors';

export type AccessList = readonly ('read' | 'write')[];

interface Cache {
  readonly layouts: Map<string, GPUBindGroupLayout>;
  readonly pipelines: Map<string, Promise<GPUComputePipeline>>;
}

const caches = new WeakMap<GPUDevice, Cache>();

function cacheOf(device: GPUDevice): Cache {
  let cache = caches.get(device);
  if (!cache) caches.set(device, (cache = { layouts: new Map(), pipelines: new Map() }));
  return cache;
}

/** The bind group layout of storage buffers with the given access, one per distinct list and device. */
export function bindGroupLayout(device: GPUDevice, access: AccessList): GPUBindGroupLayout {
  const { layouts } = cacheOf(device);
  const key = access.join();
  let layout = layouts.get(key);
  if (!layout) {
    const entries = access.map((kind, binding): GPUBindGroupLayoutEntry => {
      return {
        binding,
        visibility: 0x4 /* COMPUTE */,
        buffer: { type: kind === 'read' ? 'read-only-storage' : 'storage' },
      };
    });
    layouts.set(key, (layout = device.createBindGroupLayout({ label: key, entries })));
  }
  return layout;
}

/** Compiles a compute pipeline, or returns the one already compiled from the same source. */
export function computePipeline(
  device: GPUDevice,
  label: string,
  code: string,
  access: AccessList,
): Promise<GPUComputePipeline> {
  const { pipelines } = cacheOf(device);
  let pipeline = pipelines.get(code);
  if (!pipeline) pipelines.set(code, (pipeline = compile(device, label, code, access)));
  return pipeline;
}

async function compile(
  device: GPUDevice,
  label: string,
  code: string,
  access: AccessList,
): Promise<GPUComputePipeline> {
  // Its errors come again, with the pipeline's; uncaught they would go to the console too.
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label, code });
  void device.popErrorScope();
  const layout = device.createPipelineLayout({ label, bindGroupLayouts: [bindGroupLayout(device, access)] });
  try {
    return await device.createComputePipelineAsync({ label, layout, compute: { module, entryPoint: 'main' } });
  } catch (cause) {
    const { messages } = await module.getCompilationInfo();
    const first = messages.find((message) => message.type === 'error');
    const line = first && code.split('\n')[first.lineNum - 1]?.trim();
    const detail = first
      ? `${first.message} (line ${first.lineNum}: ${line})`
      : String(cause instanceof Error ? cause.message : cause);
    throw new RhoError('INTERNAL', `the ${label} kernel does not compile: ${detail}`, { cause });
  }
}
