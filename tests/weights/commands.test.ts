import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { readModel } from '../../src/convert';
import { expectedShapes } from '../../src/model/configuration';
import { writeSafetensors } from '../../src/weights/safetensors';
import { synthetic } from '../../src/weights/synthetic';
import { addConvert } from '../../tools/commands/convert';
import { addInspect } from '../../tools/commands/inspect';
import { SMALL } from '../model/small-network';

const shapes = expectedShapes(SMALL);
let folder = '';
const at = (name: string): string => join(folder, name);

/** Runs one command; gives what it printed on standard output. */
async function rho(...args: string[]): Promise<string> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addConvert(program);
  addInspect(program);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  vi.restoreAllMocks();
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await program.parseAsync(args, { from: 'user' });
  return log.mock.calls.flat().join('\n');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rho-commands-'));
  for (const network of ['rendering', 'motion'] as const) {
    const entries = [...synthetic(3, shapes[network])].map(
      ([key, { shape, data }]) => [key, { dtype: 'F32', shape, bytes: new Uint8Array(data.buffer) }] as const,
    );
    writeFileSync(at(`${network}.ckpt`), writeSafetensors({ metadata: new Map(), entries: new Map(entries) }));
  }
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

test('convert writes a model, f16 unless told otherwise; inspect describes it', async () => {
  await rho('convert', at('rendering.ckpt'), at('motion.ckpt'), '-o', at('half.safetensors'));
  const flags = ['--dtype', 'f32', '--motion_size', '128'];
  await rho('convert', at('rendering.ckpt'), at('motion.ckpt'), '-o', at('full.safetensors'), ...flags);
  const full = await readModel(readFileSync(at('full.safetensors')));
  expect(full.rendering).toEqual(synthetic(3, shapes.rendering));

  const half = JSON.parse(await rho('inspect', at('half.safetensors'), '--json')) as object;
  const tensors = { rendering: shapes.rendering.size, motion: shapes.motion.size };
  expect(half).toMatchObject({ kind: 'model', precision: 'f16', sources: ['rendering.ckpt', 'motion.ckpt'], tensors });
  expect(half).toMatchObject({ configuration: { motion: SMALL.motion, rendering: { stem: 5, stages: {} } } });
  const text = await rho('inspect', at('full.safetensors'));
  expect(text).toMatch(`sha256 ${full.checksum}`);
  expect(text).toMatch(/trained for +motion size 128/);
  expect(readdirSync(folder)).toHaveLength(4);
});

test('inspect describes a checkpoint', async () => {
  const inspection = JSON.parse(await rho('inspect', at('motion.ckpt'), '--json')) as object;
  expect(inspection).toMatchObject({ kind: 'checkpoint', network: 'motion', tensors: shapes.motion.size });
});

test('inspect describes synthetic weights', async () => {
  const text = await rho('inspect', 'synthetic:1');
  expect(text).toMatch(/rendering +4,533,456 parameters/);
  expect(text).toMatch(/motion +6,781,302 parameters/);
});

test.each<[string, string[], RegExp]>([
  ['a missing file', ['inspect', 'absent.pth'], /absent\.pth: there is no such file/],
  [
    'the same network twice',
    ['convert', 'motion.ckpt', 'motion.ckpt', '-o', 'bad.safetensors'],
    /both hold the motion network/,
  ],
  [
    'a folder that is not there',
    ['convert', 'rendering.ckpt', 'motion.ckpt', '-o', 'absent/bad.safetensors'],
    /absent/,
  ],
  [
    'a motion size the network cannot run at',
    ['convert', 'rendering.ckpt', 'motion.ckpt', '-o', 'bad.safetensors', '--motion_size', '100'],
    /motion size is 100/,
  ],
  [
    'another dtype',
    ['convert', 'rendering.ckpt', 'motion.ckpt', '-o', 'bad.safetensors', '--dtype', 'int8'],
    /f32, f16/,
  ],
])('%s is refused and leaves nothing behind', async (_, [command, ...args], message) => {
  const before = readdirSync(folder);
  const inFolder = args.map((arg) => (arg.includes('.') ? at(arg) : arg));
  await expect(rho(command!, ...inFolder)).rejects.toThrow(message);
  expect(readdirSync(folder)).toStrictEqual(before);
});
