import { constantBytes, isTensor, tensorBytes, type BoundResource, type Dispatch } from '../graph/dispatch';
import type { BoundProgram } from '../graph/program';
import type { Precision } from '../kernels/kernel';

/** One binding of a dispatch, as it was bound. */
export interface BindingFacts {
  /** The name in the WGSL. */
  readonly name: string;
  readonly access: 'read' | 'write';
  /** The tensor bound, or what the constants hold; `unused` where this shape never reads it. */
  readonly resource: string;
  /** Channels x height x width of a tensor, values of a constant. */
  readonly shape: string;
  readonly bytes: number;
}

/** What a dispatch is, beside its times. */
export interface DispatchFacts {
  /** Workgroups in three dimensions, as launched. */
  readonly grid: readonly [number, number, number];
  readonly workgroups: number;
  readonly workgroupSize: number;
  /** Invocations launched, workgroups x their size; the last workgroup may be partly idle. */
  readonly invocations: number;
  /** Workgroup memory that one workgroup declares. */
  readonly workgroupBytes: number;
  /** What one workgroup may have on this device. */
  readonly workgroupBytesLimit: number;
  readonly bindings: readonly BindingFacts[];
  readonly wgsl: string;
}

/** The facts of every dispatch of a program, in its order. */
export function programFacts({ program, grids }: BoundProgram): DispatchFacts[] {
  const { dispatches, precision, device } = program;
  const limit = device.limits.maxComputeWorkgroupStorageSize;
  return dispatches.map((dispatch, i) => dispatchFacts(dispatch, precision, grids[i]!, limit));
}

export function dispatchFacts(
  dispatch: Dispatch,
  precision: Precision,
  grid: DispatchFacts['grid'],
  workgroupBytesLimit: number,
): DispatchFacts {
  const { workgroups, workgroupSize, bindings } = dispatch;
  const wgsl = dispatch.source(precision);
  return {
    grid,
    workgroups,
    workgroupSize,
    invocations: workgroups * workgroupSize,
    workgroupBytes: workgroupMemory(wgsl),
    workgroupBytesLimit,
    bindings: bindings.map((binding) => bindingFacts(binding, precision)),
    wgsl,
  };
}

function bindingFacts(binding: BoundResource, precision: Precision): BindingFacts {
  const { name, access, element, resource, share } = binding;
  if (resource === undefined) return { name, access, resource: 'unused', shape: '-', bytes: 0 };
  if (!isTensor(resource)) {
    const bytes = constantBytes(resource, binding, precision);
    const what = element === 'matrix' ? 'weights' : 'constants';
    return { name, access, resource: what, shape: `${resource.length} values`, bytes };
  }
  const { channels, height, width } = resource.layout;
  return {
    name,
    access,
    resource: share === 1 ? resource.name : `${resource.name}, ${Math.round(share * 100)} % of it`,
    shape: `${channels.join('+')} x ${height} x ${width}`,
    bytes: tensorBytes(resource, precision) * share,
  };
}

const BYTES: Readonly<Record<string, number>> = { f16: 2, f32: 4, u32: 4, i32: 4 };

/** Bytes of the types that our kernels put into workgroup memory; half of them behind an alias of their precision chunk. */
function typeBytes(type: string, aliases: ReadonlyMap<string, string>): number {
  const resolved = aliases.get(type) ?? type;
  const [, columns, rows, scalar] = /^mat(\d)x(\d)(f|h|<f32>|<f16>)$/.exec(resolved) ?? [];
  if (columns) return Number(columns) * Number(rows) * (scalar === 'h' || scalar === '<f16>' ? 2 : 4);
  const [, lanes, short] = /^vec(\d)([fhiu])$/.exec(resolved) ?? [];
  if (lanes) return Number(lanes) * (short === 'h' ? 2 : 4);
  const [, wide, inner] = /^vec(\d)<(\w+)>$/.exec(resolved) ?? [];
  if (wide) return Number(wide) * (BYTES[inner!] ?? NaN);
  return BYTES[resolved] ?? NaN;
}

/**
 * Bytes of the workgroup variables of a WGSL module: arrays whose length is written in the module's own constants, which are
 * whole numbers here. NaN where a declaration is of another form.
 */
export function workgroupMemory(wgsl: string): number {
  const constants = new Map(
    [...wgsl.matchAll(/^const (\w+)(?:: u32)? = ([^;]+);/gm)].map(([, name, text]) => [name!, text!]),
  );
  const aliases = new Map([...wgsl.matchAll(/^alias (\w+) = ([^;]+);/gm)].map(([, name, type]) => [name!, type!]));
  let bytes = 0;
  for (const [, type, length] of wgsl.matchAll(/var<workgroup> \w+: array<([\w<>]+), ([^>]+)>;/g))
    bytes += typeBytes(type!, aliases) * evaluate(length!, constants);
  return bytes;
}

/** The value of a product and sum of whole numbers, brackets and named constants; NaN of anything else. */
function evaluate(text: string, constants: ReadonlyMap<string, string>, depth = 0): number {
  const tokens = text.match(/\w+|[()+\-*/]/g) ?? [];
  let at = 0;
  const factor = (): number => {
    const token = tokens[at++] ?? '';
    if (token === '(') {
      const value = sum();
      at++;
      return value;
    }
    if (/^\d+u?$/.test(token)) return Number.parseInt(token, 10);
    const named = constants.get(token);
    return named === undefined || depth > 16 ? NaN : evaluate(named, constants, depth + 1);
  };
  const product = (): number => {
    let value = factor();
    while (tokens[at] === '*' || tokens[at] === '/')
      value = tokens[at++] === '*' ? value * factor() : Math.trunc(value / factor());
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[at] === '+' || tokens[at] === '-')
      value = tokens[at++] === '+' ? value + product() : value - product();
    return value;
  };
  return sum();
}
