import type { Precision } from '../kernels/kernel';
import { constantBytes, isTensor, tensorBytes, type Constant, type Dispatch } from './dispatch';
import type { Graph } from './graph';
import { planMemory, type MemoryPlan } from './plan';

/** Constants start at multiples of this: WebGPU's default and largest minStorageBufferOffsetAlignment. */
export const ALIGNMENT = 256;

/** Where each constant of some dispatches lies in one buffer, matrices in the precision; each once. */
export interface ConstantLayout {
  readonly placed: readonly { readonly constant: Constant; readonly offset: number; readonly isHalf: boolean }[];
  readonly byteLength: number;
}

export function layOutConstants(dispatches: readonly Dispatch[], precision: Precision): ConstantLayout {
  const placed = new Map<Constant, { constant: Constant; offset: number; isHalf: boolean }>();
  let end = 0;
  for (const binding of dispatches.flatMap(({ bindings }) => bindings)) {
    const { resource, element } = binding;
    if (resource === undefined || isTensor(resource) || placed.has(resource)) continue;
    placed.set(resource, { constant: resource, offset: end, isHalf: element === 'matrix' && precision !== 'f32' });
    end += Math.ceil(constantBytes(resource, binding, precision) / ALIGNMENT) * ALIGNMENT;
  }
  return { placed: [...placed.values()], byteLength: Math.max(end, ALIGNMENT) };
}

/** Slots for the tensors that are neither inputs nor outputs of the graph, by lifetime. */
export function planTensors(graph: Graph, dispatches: readonly Dispatch[], precision: Precision): MemoryPlan {
  const outside = new Set([...graph.inputs, ...graph.outputs].map((tensor) => tensor.name));
  const found = new Map<string, { name: string; byteLength: number; first: number; last: number }>();
  dispatches.forEach(({ bindings }, i) => {
    for (const { resource } of bindings) {
      if (resource === undefined || !isTensor(resource) || outside.has(resource.name)) continue;
      const first = found.get(resource.name)?.first ?? i;
      found.set(resource.name, { name: resource.name, byteLength: tensorBytes(resource, precision), first, last: i });
    }
  });
  return planMemory([...found.values()]);
}

/** Sizes of slots large enough for every one of several programs that never run at the same time. */
export function sharedSlots(plans: readonly MemoryPlan[]): number[] {
  const sizes: number[] = [];
  for (const { slotBytes } of plans) slotBytes.forEach((bytes, i) => (sizes[i] = Math.max(sizes[i] ?? 0, bytes)));
  return sizes;
}

/** Bytes on the GPU of programs that share their slots: constants, slots, inputs and outputs, each tensor once. */
export function footprint(
  programs: readonly { readonly graph: Graph; readonly dispatches: readonly Dispatch[] }[],
  precision: Precision,
): number {
  const sum = (sizes: readonly number[]): number => sizes.reduce((a, b) => a + b, 0);
  const outside = new Map(
    programs.flatMap(({ graph: { inputs, outputs } }) =>
      [...inputs, ...outputs].map((tensor) => [tensor.name, tensor]),
    ),
  );
  return (
    sum(programs.map(({ dispatches }) => layOutConstants(dispatches, precision).byteLength)) +
    sum(sharedSlots(programs.map(({ graph, dispatches }) => planTensors(graph, dispatches, precision)))) +
    sum([...outside.values()].map((tensor) => tensorBytes(tensor, precision)))
  );
}
