import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODEL = ['--model', 'synthetic:1'];

test.each([
  ['bench without a size', ['bench', ...MODEL], /required option '--size/],
  ['bench of no frames', ['bench', ...MODEL, '--size', '64', '--frames', '0'], /--frames is "0"/],
  ['bench of a word', ['bench', ...MODEL, '--size', '64', '--frames', 'ten'], /--frames is "ten"/],
  ['bench of a size between', ['bench', ...MODEL, '--size', '72'], /size is 72; it must be a positive multiple of 16/],
  ['bench of an unknown flag', ['bench', ...MODEL, '--size', '64', '--fast'], /unknown option '--fast'/],
  ['profile of a wrong motion size', ['profile', ...MODEL, '--size', '64', '--motion_size', '80'], /motion size is 80/],
  ['profile of an unknown precision', ['profile', ...MODEL, '--size', '64', '--precision', 'int8'], /auto, f32, f16/],
])('%s: exit status 1, one line', (_, args, message) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${ROOT}tools/rho.mjs`, ...args], {
    encoding: 'utf8',
  });
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^rho: [^\n]+\n$/);
  expect(stdout).toBe('');
  expect(status).toBe(1);
});

test.each([
  ['an unknown flag', ['--fast'], /unknown option '--fast'/],
  ['a filter that finds nothing', ['-t', 'conv5d'], /no case has "conv5d" in its name/],
])('bench:kernels with %s: exit status 1, one line', (_, args, message) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${ROOT}bench/kernels.mjs`, ...args], {
    encoding: 'utf8',
  });
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^bench:kernels: [^\n]+\n$/);
  expect(stdout).toBe('');
  expect(status).toBe(1);
});
