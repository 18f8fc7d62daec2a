import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeModel } from '../../src/convert';
import { expectedShapes } from '../../src/model/configuration';
import type { TraceEvent } from '../../src/profile/trace';
import { synthetic } from '../../src/weights/synthetic';
import type { Benchmark } from '../../tools/commands/bench';
import type { ProfileDocument } from '../../tools/profile-network';
import type { ProfileReport } from '../../tools/profile-report';
import { SMALL } from '../model/small-network';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
const at = (name: string): string => join(folder, name);

const run = (script: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(ROOT, script), ...args], { encoding: 'utf8' });
const rho = (name: string, ...flags: string[]) =>
  run('tools/rho.mjs', name, '--model', at('model.safetensors'), '--size', '48', '--motion_size', '32', ...flags);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rho-measuring-'));
  const shapes = expectedShapes(SMALL);
  const model = await writeModel(synthetic(3, shapes.rendering), synthetic(3, shapes.motion), { dtype: 'f32' });
  writeFileSync(at('model.safetensors'), model);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Compiling some two hundred pipelines takes a busy software driver its time. */
const COMPILING = 300_000;

test('bench prints what was measured and counted, and nothing else', { timeout: COMPILING }, () => {
  const { status, stdout, stderr } = rho('bench', '--frames', '4', '--json');
  expect(stderr).toContain('checked against f32 with tensors kept, all finite, and the float64 interpreter');
  expect(status).toBe(0);
  const result = JSON.parse(stdout) as Benchmark;
  expect(Object.keys(result)).toEqual([
    'adapter',
    'precision',
    'size',
    'motionSize',
    'frames',
    'frameMs',
    'macs',
    'bytes',
    'dispatches',
    'passes',
    'submits',
    'peakGpuBytes',
    'weightBytes',
    'coldStart',
    'commit',
  ]);
  expect(result).toMatchObject({ precision: 'f32', size: 48, motionSize: 32, frames: 4, passes: 1, submits: 1 });
  const { frameMs, coldStart } = result;
  expect(Object.keys(frameMs)).toEqual(['median', 'p95', 'min', 'mad']);
  expect(frameMs.min).toBeGreaterThan(0);
  expect(frameMs.median).toBeGreaterThanOrEqual(frameMs.min);
  expect(frameMs.p95).toBeGreaterThanOrEqual(frameMs.median);
  expect(Object.keys(coldStart)).toEqual(['loadMs', 'compileMs', 'registerMs', 'firstFrameMs']);
  for (const ms of Object.values(coldStart) as number[]) expect(ms).toBeGreaterThan(0);
  expect(result.dispatches).toBeGreaterThan(10);
  expect(result.macs).toBeGreaterThan(0);
  expect(result.bytes).toBeGreaterThan(48 * 48 * 4);
  expect(result.peakGpuBytes).toBeGreaterThan(result.weightBytes);
});

describe('profile', () => {
  let report: ProfileReport;
  let events: TraceEvent[];
  beforeAll(() => {
    const { status, stdout, stderr } = rho(
      'profile',
      '--json',
      '--trace',
      at('trace.json'),
      '--html',
      at('profile.html'),
    );
    expect(stderr).toContain('profiling');
    expect(status).toBe(0);
    report = JSON.parse(stdout) as ProfileReport;
    events = (JSON.parse(readFileSync(at('trace.json'), 'utf8')) as { traceEvents: TraceEvent[] }).traceEvents;
  });

  test('has a row a dispatch', () => {
    expect(report.ceilings.gflops).toBeGreaterThan(0);
    expect(report.ceilings.gbPerS).toBeGreaterThan(0);
    expect(report.frame.gpuMs).toBeGreaterThan(0);
    expect(report.frame.wallMs).toBeGreaterThan(0);
    for (const row of report.dispatches) {
      expect(row.shape, row.layer).toMatch(/ x \d+ -> .* x \d+$/);
      expect(row.gpuMs, row.layer).toBeGreaterThan(0);
      expect(row.gbPerS, row.layer).toBeGreaterThan(0);
      expect(row.roofline, row.layer).toBeGreaterThan(0);
    }
  });

  test('sums up: by kernel, by share, by frame', () => {
    const { dispatches, kernels, frame } = report;
    const total = dispatches.reduce((sum, { gpuMs = 0 }) => sum + gpuMs, 0);
    expect(frame.sumMs).toBeCloseTo(total);
    expect(kernels.reduce((sum, { gpuMs = 0 }) => sum + gpuMs, 0)).toBeCloseTo(total);
    expect(kernels.reduce((sum, row) => sum + row.dispatches, 0)).toBe(dispatches.length);
    expect(kernels.reduce((sum, { share = 0 }) => sum + share, 0)).toBeCloseTo(1);
  });

  test('traces every dispatch', () => {
    const layers = events.filter(({ args }) => 'shape' in args).map(({ name }) => name);
    expect(layers).toEqual(report.dispatches.map(({ layer }) => layer));
  });

  test('the page in one file holds the report', () => {
    const [, data] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(
      readFileSync(at('profile.html'), 'utf8'),
    )!;
    const profile = JSON.parse(data!) as ProfileDocument;
    expect(profile.report).toEqual(report);
    for (const { grid, workgroups, bindings, workgroupBytes } of profile.facts) {
      expect(grid.reduce((a, b) => a * b)).toBeGreaterThanOrEqual(workgroups);
      expect(bindings.length).toBeGreaterThan(1);
      expect(workgroupBytes).toBeGreaterThanOrEqual(0);
    }
  });
});

test('a trace that cannot be written is refused before anything is timed', () => {
  const { status, stdout, stderr } = rho('profile', '--trace', at('model.safetensors/trace.json'));
  expect(stderr).toMatch(/rho: .*model\.safetensors: it is a file, but a folder is wanted\n$/);
  expect(stderr).not.toContain('compiling');
  expect(stdout).toBe('');
  expect(status).toBe(1);
  expect(readdirSync(folder)).not.toContain('trace.json.partial');
});

test('bench:kernels checks and times a case', () => {
  const { status, stdout } = run('bench/kernels.mjs', '-t', 'pointwise one pixel', '--json');
  expect(status).toBe(0);
  const { cases } = JSON.parse(stdout) as { cases: Record<string, unknown>[] };
  expect(cases).toHaveLength(1);
  expect(cases[0]).toMatchObject({ name: 'pointwise one pixel', kernel: 'pointwise', macs: 15 });
  expect(cases[0]!['gpuMs']).toBeGreaterThan(0);
});
