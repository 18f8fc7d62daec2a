import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeModel } from '../../src/convert';
import { expectedShapes } from '../../src/model/configuration';
import { synthetic } from '../../src/weights/synthetic';
import { SMALL } from '../model/small-network';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rho-onnx-'));
  const shapes = expectedShapes(SMALL);
  const networks = [synthetic(3, shapes.rendering), synthetic(3, shapes.motion)] as const;
  const model = await writeModel(...networks, { dtype: 'f32', motionSize: 64 });
  writeFileSync(join(folder, 'model.safetensors'), model);
});
afterAll(() => rmSync(folder, { recursive: true }));

const exportOnnx = (output: string, ...flags: string[]): { status: number | null; stdout: string; stderr: string } => {
  const files = ['--model', join(folder, 'model.safetensors'), '--output_dir', join(folder, output)];
  return spawnSync(process.execPath, ['tools/rho.mjs', 'export-onnx', ...files, ...flags], { encoding: 'utf8' });
};

test('writes two models that onnxruntime loads', async () => {
  const { status, stdout, stderr } = exportOnnx('out', '--size', '80', '--motion_size', '32');
  expect(stderr).toBe('');
  expect(stdout).toMatch(/register\.onnx: [\d.]+ MB\n.*frame\.onnx: [\d.]+ MB\n/);
  expect(status).toBe(0);
  const inputsOf = async (name: string): Promise<readonly string[]> => {
    const session = await InferenceSession.create(join(folder, 'out', name));
    const { inputNames } = session;
    await session.release();
    return inputNames;
  };
  const features = [0, 1, 2, 3].map((i) => `feature_${i}`);
  expect(await inputsOf('register.onnx')).toEqual(['source_image.normalized', 'source_head_pose']);
  const motion = [0, 1, 2].map((i) => `motion_input_${i}`);
  expect(await inputsOf('frame.onnx')).toEqual([...motion, 'driving_head_pose', ...features]);
});

test("runs the motion network at the file's own size unless told otherwise", async () => {
  const sideOf = async (output: string, ...flags: string[]): Promise<unknown> => {
    expect(exportOnnx(output, '--size', '80', ...flags).stderr).toBe('');
    const session = await InferenceSession.create(join(folder, output, 'frame.onnx'));
    const { inputMetadata } = session;
    await session.release();
    const finest = inputMetadata.find(({ name }) => name === 'motion_input_2');
    return finest?.isTensor && finest.shape.at(-1);
  };
  expect(await sideOf('own')).toBe(64 / 4);
  expect(await sideOf('told', '--motion_size', '32')).toBe(32 / 4);
});

test('a size that will not do: one line, nothing written', () => {
  const { status, stderr } = exportOnnx('bad', '--size', '72');
  expect(stderr).toMatch(/^rho: size is 72; it must be a positive multiple of 16\n$/);
  expect(status).toBe(1);
  expect(readdirSync(folder)).not.toContain('bad');
});
