import { expect, test } from 'vitest';
import { configurationOf, convertCheckpoints, readModel, type NamedFile } from '../../src/convert';
import { expectedShapes } from '../../src/model/configuration';
import { writeSafetensors } from '../../src/weights/safetensors';
import type { StateDict } from '../../src/weights/state-dict';
import { synthetic } from '../../src/weights/synthetic';
import { SMALL } from '../model/small-network';
import { golden } from './golden';

const shapes = expectedShapes(SMALL);

/** A checkpoint in safetensors. */
function checkpoint(name: string, tensors: StateDict): NamedFile {
  const entries = [...tensors].map(
    ([key, { shape, data }]) => [key, { dtype: 'F32', shape, bytes: new Uint8Array(data.buffer) }] as const,
  );
  return { name, bytes: writeSafetensors({ metadata: new Map(), entries: new Map(entries) }) };
}

const rendering = checkpoint('r.pth', synthetic(1, shapes.rendering));
const motion = checkpoint('m.pth', synthetic(1, shapes.motion));

test('two checkpoints become one model', async () => {
  const steps: string[] = [];
  const { bytes, configuration, isSwapped } = await convertCheckpoints(rendering, motion, {
    onProgress: (step) => steps.push(step),
  });
  expect(isSwapped).toBe(false);
  expect(configuration).toEqual(SMALL);
  expect(steps).toStrictEqual(['reading r.pth', 'reading m.pth', 'joining both in f16']);
  const model = await readModel(bytes);
  expect(model.dtype).toBe('f16');
  expect(configurationOf(model.rendering, model.motion)).toEqual(SMALL);
  expect(Object.fromEntries(model.metadata)).toMatchObject({ rendering_source: 'r.pth', motion_source: 'm.pth' });
  expect(JSON.parse(model.metadata.get('configuration')!)).toMatchObject({
    rendering: { stem: SMALL.rendering.stem, stages: {} },
  });
});

test('their order does not matter', async () => {
  const right = await convertCheckpoints(rendering, motion);
  const swapped = await convertCheckpoints(motion, rendering);
  expect(swapped.isSwapped).toBe(true);
  expect(Buffer.compare(swapped.bytes, right.bytes)).toBe(0);
});

test('a motion size is kept, unless the network cannot run at it', async () => {
  const { bytes } = await convertCheckpoints(rendering, motion, { motionSize: 128 });
  expect((await readModel(bytes)).motionSize).toBe(128);
  await expect(convertCheckpoints(rendering, motion, { motionSize: 100 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
});

test('the same network twice is refused', async () => {
  await expect(convertCheckpoints(motion, { ...motion, name: 'n.pth' })).rejects.toMatchObject({
    code: 'BAD_WEIGHTS',
    message: 'm.pth and n.pth both hold the motion network; give one of each',
  });
});

test('another network is refused', async () => {
  const other = { name: 'o.pth', bytes: golden('module-zip.pth') };
  await expect(convertCheckpoints(other, motion)).rejects.toMatchObject({ code: 'BAD_WEIGHTS' });
  await expect(convertCheckpoints(rendering, other)).rejects.toMatchObject({ code: 'BAD_WEIGHTS' });
});
