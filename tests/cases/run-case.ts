import { createStorage, readBack, write } from '../../src/gpu/buffers';
import { scoped } from '../../src/gpu/errors';
import { tensorBytes } from '../../src/graph/dispatch';
import type { Graph, Tensor } from '../../src/graph/graph';
import type { ChooseVariant } from '../../src/graph/lower-conv2d';
import { interpret, type Value } from '../../src/graph/interpret';
import {
  bindProgram,
  compileProgram,
  createArena,
  encodeProgram,
  type BoundProgram,
  type Program,
} from '../../src/graph/program';
import { fromHalf, toHalf } from '../../src/half';
import type { Precision } from '../../src/kernels/kernel';
import { fromBlocked, toBlocked } from '../../src/kernels/layout';
import { mismatch } from '../compare';
import { HALF, type Case } from './case';
import { FLOAT_NAN_WORD, GUARD_BYTES } from './guards';

/** The tensor's GPU bytes. */
export function encodeValue({ format, layout }: Tensor, value: Value, precision: Precision): Uint8Array {
  const bytes = (array: Uint8Array | Int32Array | Float32Array | Uint16Array): Uint8Array =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  if (format !== 'map' && format !== 'field') return bytes(value as Uint8Array | Int32Array);
  const blocked = toBlocked(layout, (value as { data: Float64Array }).data);
  return bytes(precision === 'f32' || format === 'field' ? blocked : toHalf(blocked));
}

/** GPU bytes back to what the interpreter would give. */
export function decodeValue(
  { format, layout }: Tensor,
  bytes: ArrayBuffer,
  precision: Precision,
): Uint8Array | Float32Array {
  if (format !== 'map' && format !== 'field') return new Uint8Array(bytes);
  return fromBlocked(
    layout,
    precision === 'f32' || format === 'field' ? new Float32Array(bytes) : fromHalf(new Uint16Array(bytes)),
  );
}

/**
 * Runs a graph on the device inside error scopes. Buffers are larger than their tensors by a guard, inputs' and outputs'
 * alike; all that is not input starts as NaN, and a guard that changed throws.
 */
export async function runOnGpu(
  device: GPUDevice,
  graph: Graph,
  inputs: ReadonlyMap<string, Value>,
  precision: Precision,
  choose?: ChooseVariant,
): Promise<Map<string, Uint8Array | Float32Array>> {
  return runProgram(await compileProgram(device, graph, { precision, choose }), inputs);
}

/** The same for a program that was compiled before; its constants are gone afterwards. */
export async function runProgram(
  program: Program,
  inputs: ReadonlyMap<string, Value>,
): Promise<Map<string, Uint8Array | Float32Array>> {
  const { device, graph, precision } = program;
  const arena = createArena(device, [program]);
  const buffers = new Map<string, GPUBuffer>();
  await scoped(device, 'running a case', () => {
    for (const tensor of [...graph.inputs, ...graph.outputs]) {
      const buffer = createStorage(device, tensor.name, tensorBytes(tensor, precision) + GUARD_BYTES);
      write(device, buffer, new Uint32Array(buffer.size / 4).fill(FLOAT_NAN_WORD));
      const value = inputs.get(tensor.name);
      if (value) write(device, buffer, encodeValue(tensor, value, precision));
      buffers.set(tensor.name, buffer);
    }
    for (const slot of arena.slots) write(device, slot, new Uint32Array(slot.size / 4).fill(FLOAT_NAN_WORD));
    submit(device, bindProgram(program, arena, buffers));
  });
  const results = new Map<string, Uint8Array | Float32Array>();
  for (const tensor of graph.outputs) {
    const bytes = await readBack(device, buffers.get(tensor.name)!);
    const length = tensorBytes(tensor, precision);
    const guard = new Uint32Array(bytes.slice(Math.ceil(length / 4) * 4));
    if (guard.some((word) => word !== FLOAT_NAN_WORD)) throw new Error(`${tensor.name}: written beyond its end`);
    results.set(tensor.name, decodeValue(tensor, bytes.slice(0, length), precision));
  }
  for (const buffer of [...buffers.values(), ...arena.slots, program.constants]) buffer.destroy();
  return results;
}

function submit(device: GPUDevice, bound: BoundProgram): void {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  encodeProgram(pass, bound);
  pass.end();
  device.queue.submit([encoder.finish()]);
}

/** Runs a case and compares every output with the float64 reference: what is wrong in words, or undefined. */
export async function checkCase(
  device: GPUDevice,
  c: Case,
  precision: Precision,
  choose?: ChooseVariant,
): Promise<string | undefined> {
  return checkProgram(await compileProgram(device, c.graph, { precision, choose }), c);
}

/** The same for a program of the case that was compiled before; its constants are gone afterwards. */
export async function checkProgram(program: Program, { graph, inputs, tolerance }: Case): Promise<string | undefined> {
  const expected = interpret(graph, inputs);
  const actual = await runProgram(program, inputs);
  for (const { name, format } of graph.outputs) {
    const reference = expected.get(name)!;
    const isHalf = program.precision !== 'f32' && format === 'map';
    const limits = isHalf ? HALF : tolerance;
    const problem = mismatch(actual.get(name)!, 'data' in reference ? reference.data : reference, limits);
    if (problem !== undefined) return `${name}: ${problem}`;
  }
  return undefined;
}
