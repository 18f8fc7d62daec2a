import { scalarBytes, shaderSource, type Binding, type Kernel, type Precision } from '../kernels/kernel';
import { laneCount, pixelCount } from '../kernels/layout';
import type { Tensor } from './graph';

/** Weights or tables that a dispatch reads, in the order the kernel wants them: f32 values or 32-bit words. */
export type Constant = Float32Array | Int32Array | Uint32Array;

/** What one binding of a dispatch is bound to; `undefined` where the kernel declares it but this shape never reads it. */
export type Resource = Tensor | Constant | undefined;

export interface BoundResource extends Binding {
  readonly name: string;
  readonly resource: Resource;
  /** Share of the resource that is touched: 1, or less for a part of a concatenation. */
  readonly share: number;
}

/** A kernel bound to tensors and constants, with its grid and its cost. */
export interface Dispatch {
  /** The layer it computes: the name of its node. */
  readonly layer: string;
  readonly kernel: string;
  readonly bindings: readonly BoundResource[];
  /** Complete WGSL in the given precision. */
  readonly source: (precision: Precision) => string;
  readonly workgroups: number;
  readonly workgroupSize: number;
  /** Multiply-adds executed. */
  readonly macs: number;
}

export const isTensor = (resource: Resource): resource is Tensor =>
  resource !== undefined && !ArrayBuffer.isView(resource);

/** Binds a kernel, specialised for `spec`, to its resources by name; `shares` says of which only a part is touched. */
export function dispatchOf<Spec>(
  layer: string,
  kernel: Kernel<Spec>,
  spec: Spec,
  resources: Readonly<Record<string, Resource>>,
  shares: Readonly<Record<string, number>> = {},
): Dispatch {
  const workgroupSize = kernel.workgroup(spec);
  return {
    layer,
    kernel: kernel.name,
    bindings: Object.entries(kernel.bindings).map(([name, binding]) => ({
      name,
      ...binding,
      resource: resources[name],
      share: shares[name] ?? 1,
    })),
    source: (precision) => shaderSource(kernel, spec, precision),
    workgroups: Math.ceil(kernel.threads(spec) / workgroupSize),
    workgroupSize,
    macs: kernel.macs(spec),
  };
}

/** Channels x height x width of the first map it reads and of what it writes. */
export function dispatchShape({ bindings }: Dispatch): string {
  const shape = (wanted: BoundResource['access']): string => {
    const bound = bindings.find(({ access, resource }) => access === wanted && isTensor(resource));
    if (!bound || !isTensor(bound.resource)) return '';
    const { channels, height, width } = bound.resource.layout;
    return `${channels.join('+')} x ${height} x ${width}`;
  };
  return `${shape('read')} -> ${shape('write')}`;
}

/** Bytes of a tensor on the GPU. */
export function tensorBytes({ format, layout }: Tensor, precision: Precision): number {
  if (format === 'rgba8') return pixelCount(layout) * 4;
  if (format === 'segments') return pixelCount(layout) * 32;
  return laneCount(layout) * (format === 'field' ? 4 : scalarBytes(precision));
}

/** Bytes of a constant on the GPU: matrices follow the precision, everything else stays 32-bit words. */
export const constantBytes = (constant: Constant, { element }: Binding, precision: Precision): number =>
  constant.length * (element === 'matrix' ? scalarBytes(precision) : 4);

/** Bytes that a dispatch moves: every tensor and constant it touches, counted once. */
export const dispatchBytes = (dispatch: Dispatch, precision: Precision): number =>
  dispatch.bindings.reduce((sum, binding) => {
    const { resource } = binding;
    if (resource === undefined) return sum;
    if (!isTensor(resource)) return sum + constantBytes(resource, binding, precision);
    return sum + tensorBytes(resource, precision) * binding.share;
  }, 0);
