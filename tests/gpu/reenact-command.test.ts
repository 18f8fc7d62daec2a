import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeModel } from '../../src/convert';
import { expectedShapes } from '../../src/model/configuration';
import { NAMED_TENSORS } from '../../src/model/network';
import { synthetic } from '../../src/weights/synthetic';
import { mayHaveGpu } from '../../tools/software-driver.mjs';
import { SMALL } from '../model/small-network';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const demo = (path: string): string => join(ROOT, 'demo', path);
let folder: string;
const at = (name: string): string => join(folder, name);

const command = (...flags: string[]): string[] => [
  join(ROOT, 'tools/rho.mjs'),
  ...['reenact', '--model', at('model.safetensors'), '--size', '64', '--motion_size', '128'],
  ...['--src_img', demo('source.png')],
  ...['--src_landmark', demo('source_landmark.txt'), '--src_headpose', demo('source_headpose.txt')],
  ...flags,
];
const reenact = (...flags: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, command(...flags), { encoding: 'utf8' });
const driving = (n: string): string[] => [
  ...['--drv_landmark', demo(`driving/landmark/${n}.txt`)],
  ...['--drv_headpose', demo(`driving/headpose/${n}.txt`)],
];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rho-reenact-'));
  const shapes = expectedShapes(SMALL);
  const model = await writeModel(synthetic(3, shapes.rendering), synthetic(3, shapes.motion), { dtype: 'f32' });
  writeFileSync(at('model.safetensors'), model);
  for (const part of ['landmark', 'headpose']) {
    mkdirSync(at(`three/${part}`), { recursive: true });
    for (const [i, name] of ['000005', '000010', '000020'].entries())
      cpSync(demo(`driving/${part}/${name}.txt`), at(`three/${part}/${[3, 7, 20][i]}.txt`));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test('one face gives result.png, and a dump every named tensor', async () => {
  const { status, stdout, stderr } = reenact(...driving('000010'), '--output_dir', at('one'), '--dump', at('dump'));
  expect(stderr).toMatch(/^adapter: .+ \((software|hardware), Dawn\)$/m);
  expect(stdout).toMatch(/1 frame in .*one, [\d.]+ ms a frame/);
  expect(status).toBe(0);
  expect(readdirSync(at('one'))).toEqual(['result.png']);
  expect(await sharp(at('one/result.png')).metadata()).toMatchObject({ width: 64, height: 64, channels: 3 });
  expect(readdirSync(at('dump')).sort()).toEqual(NAMED_TENSORS.map((name) => `${name}.npy`).sort());
  expect(readFileSync(at('dump/image.npy'), 'latin1')).toContain("'shape': (1, 3, 64, 64)");
  expect(readFileSync(at('dump/motion_2.npy'), 'latin1')).toContain("'shape': (1, 32, 32, 2)");
});

test('a folder gives numbered frames, each that of its own face', async () => {
  const { status } = reenact('--drv_dir', at('three'), '--output_dir', at('frames'));
  expect(status).toBe(0);
  expect(readdirSync(at('frames'))).toEqual(['000001.png', '000002.png', '000003.png']);
  const pixels = (path: string): Promise<Buffer> => sharp(at(path)).raw().toBuffer();
  expect(await pixels('frames/000002.png')).toEqual(await pixels('one/result.png'));
  expect(await pixels('frames/000001.png')).not.toEqual(await pixels('one/result.png'));
});

test('an interruption leaves whole frames and nothing else', async () => {
  const child = spawn(process.execPath, command('--drv_dir', demo('driving'), '--output_dir', at('interrupted')));
  const ended = new Promise((resolve) => child.on('exit', (...how) => resolve(how)));
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (text: Buffer) => {
      if (text.includes('frames')) resolve();
    });
  });
  child.kill('SIGINT');
  expect(await ended).toEqual([null, 'SIGINT']);
  const files = readdirSync(at('interrupted'));
  expect(files.length).toBeLessThan(32);
  for (const file of files) {
    expect(file).toMatch(/^\d{6}\.png$/);
    await sharp(join(at('interrupted'), file))
      .raw()
      .toBuffer();
  }
});

test.runIf(!mayHaveGpu())('no hardware adapter: one line', () => {
  const output = ['--output_dir', at('no-adapter')];
  const { status, stdout, stderr } = reenact(...driving('000010'), ...output, '--adapter', 'hardware');
  expect(stderr).toMatch(/^rho: no hardware GPU with a WebGPU driver was found; [^\n]+\n$/);
  expect(stdout).toBe('');
  expect(status).toBe(1);
  expect(readdirSync(folder)).not.toContain('no-adapter');
});
