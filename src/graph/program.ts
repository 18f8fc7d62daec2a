import { checkBindingSize, createStorage, write } from '../gpu/buffers';
import { scoped } from '../gpu/errors';
import { bindGroupLayout, computePipeline } from '../gpu/pipelines';
import { toHalf } from '../half';
import { launchGrid, type Precision } from '../kernels/kernel';
import { constantBytes, isTensor, tensorBytes, type BoundResource, type Constant, type Dispatch } from './dispatch';
import { ALIGNMENT, layOutConstants, planTensors, sharedSlots } from './footprint';
import type { Graph, Tensor } from './graph';
import { lower } from './lower';
import type { ChooseVariant } from './lower-conv2d';
import type { MemoryPlan } from './plan';

export interface ProgramOptions {
  readonly precision: Precision;
  /** Variants of dense kernels; the plain ones unless given. */
  readonly choose?: ChooseVariant | undefined;
  /** Called after each pipeline compiled. */
  readonly onProgress?: ((done: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A graph lowered, planned and compiled for one device: the flat list of its dispatches, its constants on the GPU. */
export interface Program {
  readonly device: GPUDevice;
  readonly precision: Precision;
  readonly graph: Graph;
  readonly dispatches: readonly Dispatch[];
  readonly pipelines: readonly GPUComputePipeline[];
  readonly plan: MemoryPlan;
  /** Milliseconds of the CPU that lowering took, the packing of weights among it. */
  readonly planMs: number;
  readonly constants: GPUBuffer;
  /** Where each constant lies in `constants`. */
  readonly offsets: ReadonlyMap<Constant, number>;
}

/** Buffers for the intermediate tensors of one or more programs that never run at the same time. */
export interface Arena {
  readonly slots: readonly GPUBuffer[];
}

/** A program with all its bind groups made: replaying it allocates nothing. */
export interface BoundProgram {
  readonly program: Program;
  readonly groups: readonly GPUBindGroup[];
  readonly grids: readonly (readonly [number, number, number])[];
}

/** Compiles a graph in which every op has a kernel. Throws LIMIT before allocating anything if a tensor cannot be bound. */
export async function compileProgram(device: GPUDevice, graph: Graph, options: ProgramOptions): Promise<Program> {
  const { precision, onProgress, signal } = options;
  const start = performance.now();
  const dispatches = lower(graph, options.choose);
  const planMs = performance.now() - start;
  for (const dispatch of dispatches)
    for (const binding of dispatch.bindings) checkBinding(device, dispatch, binding, precision);

  let done = 0;
  const pipelines = await Promise.all(
    dispatches.map(async (dispatch) => {
      const access = dispatch.bindings.map((binding) => binding.access);
      const pipeline = await computePipeline(device, dispatch.kernel, dispatch.source(precision), access);
      signal?.throwIfAborted();
      onProgress?.(++done);
      return pipeline;
    }),
  );
  const { constants, offsets } = await scoped(device, 'uploading weights', () =>
    uploadConstants(device, dispatches, precision),
  );
  const plan = planTensors(graph, dispatches, precision);
  return { device, precision, graph, dispatches, pipelines, plan, planMs, constants, offsets };
}

function checkBinding(device: GPUDevice, { layer }: Dispatch, binding: BoundResource, precision: Precision): void {
  const { resource, name } = binding;
  if (resource === undefined) return;
  const bytes = isTensor(resource) ? tensorBytes(resource, precision) : constantBytes(resource, binding, precision);
  checkBindingSize(device, isTensor(resource) ? resource.name : `${layer} ${name}`, bytes);
}

function uploadConstants(
  device: GPUDevice,
  dispatches: readonly Dispatch[],
  precision: Precision,
): Pick<Program, 'constants' | 'offsets'> {
  const { placed, byteLength } = layOutConstants(dispatches, precision);
  const constants = device.createBuffer({
    label: 'constants',
    size: byteLength,
    usage: 0x80 | 0x8 /* STORAGE | COPY_DST */,
  });
  for (const { constant, offset, isHalf } of placed)
    write(device, constants, isHalf ? toHalf(constant as Float32Array) : constant, offset);
  return { constants, offsets: new Map(placed.map(({ constant, offset }) => [constant, offset])) };
}

/** Slots large enough for every one of the programs. */
export function createArena(device: GPUDevice, programs: readonly Program[]): Arena {
  const sizes = sharedSlots(programs.map(({ plan }) => plan));
  return { slots: sizes.map((bytes, i) => createStorage(device, `arena ${i}`, bytes)) };
}

/** A buffer for one tensor outside the arena: an input, an output, or what a source keeps. */
export const createTensorBuffer = (program: Program, tensor: Tensor): GPUBuffer =>
  createStorage(program.device, tensor.name, tensorBytes(tensor, program.precision));

/** Makes every bind group of a program. `buffers` holds the graph's inputs and outputs by name. */
export function bindProgram(program: Program, arena: Arena, buffers: ReadonlyMap<string, GPUBuffer>): BoundProgram {
  const { device, dispatches, precision } = program;
  const resourceOf = (binding: BoundResource): GPUBufferBinding => {
    const { resource } = binding;
    // A binding that this shape never reads still needs a buffer: the constants are never written, so they always may serve.
    if (resource === undefined) return { buffer: program.constants, size: ALIGNMENT };
    if (!isTensor(resource)) {
      return {
        buffer: program.constants,
        offset: program.offsets.get(resource)!,
        size: constantBytes(resource, binding, precision),
      };
    }
    const slot = program.plan.slotOf.get(resource.name);
    const buffer = slot === undefined ? buffers.get(resource.name) : arena.slots[slot];
    if (!buffer) throw new Error(`${resource.name} has no buffer`);
    return { buffer };
  };
  const groups = dispatches.map((dispatch) =>
    device.createBindGroup({
      label: dispatch.layer,
      layout: bindGroupLayout(
        device,
        dispatch.bindings.map(({ access }) => access),
      ),
      entries: dispatch.bindings.map((binding, i) => ({ binding: i, resource: resourceOf(binding) })),
    }),
  );
  const grids = dispatches.map(({ workgroups }) =>
    launchGrid(workgroups, device.limits.maxComputeWorkgroupsPerDimension),
  );
  return { program, groups, grids };
}

/** Records every dispatch of a program into a compute pass. */
export function encodeProgram(pass: GPUComputePassEncoder, { program, groups, grids }: BoundProgram): void {
  program.pipelines.forEach((pipeline, i) => {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, groups[i]);
    pass.dispatchWorkgroups(...grids[i]!);
  });
}
