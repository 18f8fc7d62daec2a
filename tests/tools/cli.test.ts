import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeModel } from '../../src/convert';
import { expectedShapes } from '../../src/model/configuration';
import { synthetic } from '../../src/weights/synthetic';
import { SMALL } from '../model/small-network';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DEMO = join(ROOT, 'demo');
let folder: string;
const at = (name: string): string => join(folder, name);

/** Flags of `reenact` that would work; a test breaks one of them. */
const good = (): Record<string, string | undefined> => ({
  '--model': at('model.safetensors'),
  '--src_img': join(DEMO, 'source.png'),
  '--src_headpose': join(DEMO, 'source_headpose.txt'),
  '--src_landmark': join(DEMO, 'source_landmark.txt'),
  '--drv_headpose': join(DEMO, 'driving/headpose/000005.txt'),
  '--drv_landmark': join(DEMO, 'driving/landmark/000005.txt'),
  '--drv_dir': undefined,
  '--output_dir': at('output'),
  '--size': '64',
  '--motion_size': undefined,
  '--adapter': undefined,
});

function rho(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(ROOT, 'tools/rho.mjs'), ...args], { encoding: 'utf8', cwd: ROOT });
}

const reenact = (changes: Record<string, string | undefined>) =>
  rho(
    'reenact',
    ...Object.entries({ ...good(), ...changes }).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value])),
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rho-cli-'));
  const shapes = expectedShapes(SMALL);
  const model = await writeModel(synthetic(3, shapes.rendering), synthetic(3, shapes.motion), { dtype: 'f32' });
  writeFileSync(at('model.safetensors'), model);
  writeFileSync(at('cut.safetensors'), model.subarray(0, model.length - 100));
  writeFileSync(at('noise.png'), 'this is no picture');
  const lines = readFileSync(join(DEMO, 'source_landmark.txt'), 'utf8').trimEnd().split('\n');
  writeFileSync(at('71.txt'), lines.slice(1).join('\n'));
  writeFileSync(at('words.txt'), [...lines.slice(0, 9), '0.5 left', ...lines.slice(10)].join('\n'));
  writeFileSync(at('nan.txt'), ['nan 0', ...lines.slice(1)].join('\n'));
  writeFileSync(at('infinite.txt'), ['1e999 0', ...lines.slice(1)].join('\n'));
  writeFileSync(at('three.txt'), ['0 0 0', ...lines.slice(1)].join('\n'));
  writeFileSync(at('pose.txt'), '0\n0\n0\n0\n0\n');
  for (const part of ['landmark', 'headpose']) mkdirSync(at(`lonely/${part}`), { recursive: true });
  copyFileSync(join(DEMO, 'driving/landmark/000001.txt'), at('lonely/landmark/000001.txt'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each<[string, () => Record<string, string | undefined>, RegExp]>([
  ['a missing flag', () => ({ '--src_img': undefined }), /required option '--src_img/],
  [
    'no driving face',
    () => ({ '--drv_landmark': undefined }),
    /either --drv_headpose and --drv_landmark, or --drv_dir/,
  ],
  [
    'two driving faces',
    () => ({ '--drv_dir': join(DEMO, 'driving') }),
    /either --drv_headpose and --drv_landmark, or --drv_dir/,
  ],
  ['a size that is no number', () => ({ '--size': '64px' }), /--size is "64px"/],
  ['a size of zero', () => ({ '--size': '0' }), /--size is "0"/],
  ['a size that is no multiple of 16', () => ({ '--size': '72' }), /size is 72; it must be a positive multiple of 16/],
  [
    'a motion size that is no multiple',
    () => ({ '--motion_size': '40' }),
    /motion size is 40; it must be a positive multiple of 32/,
  ],
  ['an unknown precision', () => ({ '--precision': 'int8' }), /Allowed choices are auto, f32, f16/],
  ['a missing model', () => ({ '--model': at('absent') }), /absent: there is no such file/],
  ['a truncated model', () => ({ '--model': at('cut.safetensors') }), /cut\.safetensors/],
  [
    'a picture as a model',
    () => ({ '--model': join(DEMO, 'source.png') }),
    /source\.png: it is neither a \.pth nor safetensors/,
  ],
  ['no seed', () => ({ '--model': 'synthetic' }), /want a seed/],
  ['a missing picture', () => ({ '--src_img': at('absent.png') }), /absent\.png: there is no such file/],
  ['a picture that is none', () => ({ '--src_img': at('noise.png') }), /noise\.png: it is not a picture/],
  ['landmarks of 71 lines', () => ({ '--src_landmark': at('71.txt') }), /71\.txt: it has 71 lines instead of 72/],
  [
    'landmarks with a word',
    () => ({ '--drv_landmark': at('words.txt') }),
    /words\.txt:10: "left" is not a finite number/,
  ],
  ['landmarks of NaN', () => ({ '--drv_landmark': at('nan.txt') }), /nan\.txt:1: "nan" is not a finite number/],
  [
    'infinite landmarks',
    () => ({ '--drv_landmark': at('infinite.txt') }),
    /infinite\.txt:1: "1e999" is not a finite number/,
  ],
  ['three numbers a line', () => ({ '--drv_landmark': at('three.txt') }), /three\.txt:1: 2 numbers are wanted/],
  ['a pose of five', () => ({ '--src_headpose': at('pose.txt') }), /pose\.txt: it has 5 lines instead of 6/],
  [
    'a driving folder without partner files',
    () => ({ '--drv_dir': at('lonely'), '--drv_headpose': undefined, '--drv_landmark': undefined }),
    /headpose\/000001\.txt is missing/,
  ],
  [
    'a driving folder that is not there',
    () => ({ '--drv_dir': at('absent'), '--drv_headpose': undefined, '--drv_landmark': undefined }),
    /absent.*: there is no such folder/,
  ],
  [
    'an output folder that is a file',
    () => ({ '--output_dir': at('pose.txt') }),
    /pose\.txt: it is a file, but a folder is wanted/,
  ],
])('%s: exit status 1, one line, nothing left behind', (_, changes, message) => {
  const before = readdirSync(folder).sort();
  const { status, stderr, stdout } = reenact(changes());
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^rho: [^\n]+\n$/);
  expect(stdout).toBe('');
  expect(status).toBe(1);
  expect(readdirSync(folder).sort()).toEqual(before);
});

test('an unknown flag and an unknown command', () => {
  for (const args of [['reenact', '--sizes', '3'], ['reenacted'], ['inspect']]) {
    const { status, stderr } = rho(...args);
    expect(stderr).toMatch(/^rho: [^\n]+\n$/);
    expect(status).toBe(1);
  }
});

test('help is help', () => {
  const { status, stdout, stderr } = rho('reenact', '--help');
  for (const flag of Object.keys(good())) expect(stdout).toContain(flag);
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test.each([
  [
    'grey',
    () =>
      sharp({ create: { width: 30, height: 20, channels: 3, background: '#808080' } })
        .greyscale()
        .png(),
  ],
  [
    '16 bits',
    () =>
      sharp({ create: { width: 30, height: 20, channels: 3, background: '#4080c0' } })
        .toColourspace('rgb16')
        .png(),
  ],
  [
    'alpha',
    () =>
      sharp({ create: { width: 17, height: 31, channels: 4, background: { r: 9, g: 99, b: 199, alpha: 0.5 } } }).png(),
  ],
  [
    'palette',
    () => sharp({ create: { width: 8, height: 8, channels: 3, background: '#112233' } }).png({ palette: true }),
  ],
  ['JPEG', () => sharp({ create: { width: 33, height: 9, channels: 3, background: '#ff0000' } }).jpeg()],
])('a picture of %s is read', async (kind, make) => {
  const { readPicture } = await import('../../tools/pictures');
  const path = at(`${kind}.picture`);
  await make()
    .toFile(path)
    .catch(async () => writeFileSync(path, await make().toBuffer()));
  const { data, width, height } = await readPicture(path);
  expect(data.length).toBe(width * height * 4);
  expect(data.every((byte, i) => i % 4 !== 3 || byte === 255)).toBe(true);
  const colors = {
    grey: [128, 128, 128],
    '16 bits': [64, 128, 192],
    alpha: [9, 99, 199],
    palette: [17, 34, 51],
    JPEG: [254, 0, 0],
  };
  expect([...data.subarray(0, 3)]).toEqual(colors[kind as keyof typeof colors]);
  expect(existsSync(path)).toBe(true);
});

test('a demo of nobody says who there is', () => {
  const { status, stderr } = rho('demo', '--person', 'nobody');
  expect(stderr).toMatch(/^rho: nobody here is called nobody; there are source, ada, [^\n]+\n$/);
  expect(status).toBe(1);
});
