import { createStorage, write } from '../src/gpu/buffers';
import { scoped } from '../src/gpu/errors';
import { tensorBytes } from '../src/graph/dispatch';
import { bindProgram, compileProgram, createArena, type Program } from '../src/graph/program';
import type { Ceilings } from '../src/profile/ceilings';
import { profileProgram } from '../src/profile/profile';
import { kernelRows, type KernelRow } from '../src/profile/roofline';
import type { Case } from '../tests/cases/case';
import { checkCase, encodeValue } from '../tests/cases/run-case';

/** A case and how fast it ran, all of its dispatches together. */
export interface CaseTime extends Omit<KernelRow, 'share'> {
  readonly name: string;
}

/** Checks a case against its float64 reference, then times it. Throws what is wrong instead of timing it; LIMIT without timestamp-query. */
export async function timeCase(device: GPUDevice, c: Case, ceilings: Ceilings): Promise<CaseTime> {
  const problem = await checkCase(device, c, 'f32');
  if (problem !== undefined) throw new Error(`${c.name}: ${problem}`);
  return timeProgram(await compileProgram(device, c.graph, { precision: 'f32' }), c, ceilings);
}

/** Times a program of a case; its constants are gone afterwards. Throws LIMIT without timestamp-query. */
export async function timeProgram(program: Program, c: Case, ceilings: Ceilings): Promise<CaseTime> {
  const { device, graph, precision } = program;
  const arena = createArena(device, [program]);
  const buffers = new Map<string, GPUBuffer>();
  try {
    const bound = await scoped(device, 'binding a case', () => {
      for (const tensor of [...graph.inputs, ...graph.outputs]) {
        const buffer = createStorage(device, tensor.name, tensorBytes(tensor, precision));
        const value = c.inputs.get(tensor.name);
        if (value) write(device, buffer, encodeValue(tensor, value, precision));
        buffers.set(tensor.name, buffer);
      }
      return bindProgram(program, arena, buffers);
    });
    const profile = await profileProgram(bound, { samples: 5 });
    const [{ gpuMs, macs, bytes, gflops, gbPerS, roofline }] = kernelRows(
      { ...profile, dispatches: profile.dispatches.map((row) => ({ ...row, kernel: c.kernel })) },
      ceilings,
    ) as [KernelRow];
    const { length: dispatches } = profile.dispatches;
    return { name: c.name, kernel: c.kernel, dispatches, gpuMs, macs, bytes, gflops, gbPerS, roofline };
  } finally {
    for (const buffer of [...buffers.values(), ...arena.slots, program.constants]) buffer.destroy();
  }
}
