import prelude from './chunks/prelude.wgsl?raw';
import f16 from './chunks/precision-f16.wgsl?raw';
import f32 from './chunks/precision-f32.wgsl?raw';
import packed from './chunks/precision-packed.wgsl?raw';

/**
 * How feature maps and weights are stored and multiplied: `f32`; `f16` with the shader-f16 feature; `packed`, f16 storage
 * with f32 arithmetic, for adapters without it. Sums are accumulated in f32 in every case.
 */
export type Precision = 'f32' | 'f16' | 'packed';

export type Access = 'read' | 'write';

/**
 * What a binding holds: a feature map or matrices of weights in the precision of the program, or 32-bit words whatever the
 * precision. A map of sampling coordinates counts as words.
 */
export type Element = 'map' | 'matrix' | 'word';

export interface Binding {
  readonly access: Access;
  readonly element: Element;
}

export type Constants = Readonly<Record<string, number | boolean>>;

/** A WGSL program and the plain data that says how to launch it. `Spec` is the shape it is specialised for. */
export interface Kernel<Spec> {
  readonly name: string;
  readonly code: string;
  /** In the order of @binding numbers, under the names the WGSL uses. */
  readonly bindings: Readonly<Record<string, Binding>>;
  /** Baked into the head of the shader as WGSL constants: numbers as u32, booleans as bool. */
  constants(spec: Spec): Constants;
  /** Threads of one workgroup (one line). */
  workgroup(spec: Spec): number;
  /** Threads in all; the last workgroup may be partly idle. */
  threads(spec: Spec): number;
  /** WGSL in front of the code that depends on the spec. */
  head?(spec: Spec): string;
  /** Multiply-adds executed, repeated work counted as often as it is done, channel padding left out. */
  macs(spec: Spec): number;
}

/** A feature map read by the kernel. */
export const readMap: Binding = { access: 'read', element: 'map' };
/** A feature map written by the kernel. */
export const writeMap: Binding = { access: 'write', element: 'map' };
/** Weights in 4 x 4 matrices, stored in the program's precision. */
export const readMatrices: Binding = { access: 'read', element: 'matrix' };
/** Vectors of f32, index tables, packed bytes: the same in every precision. */
export const readWords: Binding = { access: 'read', element: 'word' };
/** Packed bytes written by the kernel. */
export const writeWords: Binding = { access: 'write', element: 'word' };

/** Threads of a workgroup where a kernel has no reason for another number: two subgroups of 32, one of 64. */
export const WORKGROUP = 64;

const PRECISIONS: Readonly<Record<Precision, string>> = { f32, f16, packed };

/** Bytes of one channel of one pixel, and of one weight of a matrix. */
export const scalarBytes = (precision: Precision): number => (precision === 'f32' ? 4 : 2);

/** The complete WGSL of a kernel for one shape and precision: constants, precision, prelude, kernel, one after another. */
export function shaderSource<Spec>(kernel: Kernel<Spec>, spec: Spec, precision: Precision): string {
  const constants = { WORKGROUP: kernel.workgroup(spec), ...kernel.constants(spec) };
  const head = Object.entries(constants).map(([name, value]) =>
    typeof value === 'number' ? `const ${name} = ${value}u;` : `const ${name} = ${String(value)};`,
  );
  // `enable` must come first in a module, and only the precision has one.
  return [PRECISIONS[precision], head.join('\n'), prelude, kernel.head?.(spec) ?? '', kernel.code].join('\n');
}

/** Workgroups of a launch, folded over three dimensions as squarely as the device's limit on each allows. */
export function launchGrid(groups: number, maxPerDimension: number): [x: number, y: number, z: number] {
  if (groups <= maxPerDimension) return [groups, 1, 1];
  const rows = Math.ceil(groups / maxPerDimension);
  if (rows <= maxPerDimension) return [Math.ceil(groups / rows), rows, 1];
  const layers = Math.ceil(rows / maxPerDimension);
  const perLayer = Math.ceil(groups / layers);
  const y = Math.ceil(perLayer / maxPerDimension);
  return [Math.ceil(perLayer / y), y, layers];
}
