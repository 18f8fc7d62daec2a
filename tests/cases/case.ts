import { GraphBuilder } from '../../src/graph/builder';
import type { Format, Graph, OpName, Ops, Tensor } from '../../src/graph/graph';
import { channelCount, pixelCount, type Layout } from '../../src/kernels/layout';
import type { Value } from '../../src/graph/interpret';
import { volume } from '../../src/kernels/volume';

/** How far a result may be from the float64 reference. */
export interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
  /** Why these numbers. */
  readonly reason: string;
}

/** One kernel at one shape: a graph of a single node. */
export interface Case {
  /** Kernel, then what is special about it. */
  readonly name: string;
  readonly kernel: string;
  readonly graph: Graph;
  readonly inputs: ReadonlyMap<string, Value>;
  readonly tolerance: Tolerance;
}

/** Every term and partial sum is rounded once: 2^-24 each, and the sums have up to a few thousand terms of order one. */
export const SUM: Tolerance = { atol: 2e-5, rtol: 1e-5, reason: 'float32 sums of up to 4,000 terms of order one' };
/** A handful of roundings. */
export const ROUNDING: Tolerance = { atol: 2e-6, rtol: 1e-6, reason: 'a handful of float32 roundings' };
/**
 * Instead of a case's own tolerance where maps are stored in float16: a store rounds by 2^-11 of a value of order one to
 * eight, and a fused kernel rounds its hidden values as well, of which a few hundred are summed.
 */
export const HALF: Tolerance = { atol: 1e-2, rtol: 4e-3, reason: 'float16 stores between float32 sums' };
/** Copies and integer arithmetic. */
export const EXACT: Tolerance = { atol: 0, rtol: 0, reason: 'nothing is rounded' };

/** Bytes out of sums. */
export const TRUNCATION: Tolerance = {
  atol: 1,
  rtol: 0,
  reason: 'float32 may fall on the other side of a whole number before truncation',
};

/** Uniform values in [-1, 1] with ten bits, so that they are the same in float16; mulberry32 seeded by the text. */
export function random(text: string, count: number, scale = 1): Float64Array {
  let state = new TextEncoder().encode(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5);
  return Float64Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    const u = ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    return (Math.round((2 * u - 1) * 512) / 512) * scale;
  });
}

/** A map of the given parts. */
export const map = (height: number, width: number, ...channels: number[]): Layout => ({ channels, height, width });

/** Random values for every input map of a graph. */
export function randomInputs(graph: Graph): Map<string, Value> {
  return new Map(
    graph.inputs
      .filter(({ format }) => format === 'map' || format === 'field')
      .map(({ name, layout }) => {
        const channels = channelCount(layout);
        return [name, volume(channels, layout.height, layout.width, random(name, channels * pixelCount(layout)))];
      }),
  );
}

/** A case of one op: `inputs` by role (each becomes a graph input of that name), attributes, shape of the result. */
export function single<Op extends OpName>(
  name: string,
  kernel: string,
  op: Op,
  inputs: { readonly [Role in keyof Ops[Op]['inputs']]: Layout },
  attrs: Ops[Op]['attrs'],
  dst: Layout,
  tolerance: Tolerance,
  format: Format = 'map',
): Case {
  const builder = new GraphBuilder();
  const tensors = Object.fromEntries(
    Object.entries<Layout>(inputs as Record<string, Layout>).map(([role, layout]) => [
      role,
      builder.input(role, role === 'field' ? 'field' : 'map', layout),
    ]),
  ) as unknown as Ops[Op]['inputs'];
  const output: Tensor = builder.node(op, 'dst', tensors, attrs, dst, format);
  const graph = builder.build([output]);
  return { name: `${kernel} ${name}`, kernel, graph, inputs: randomInputs(graph), tolerance };
}
