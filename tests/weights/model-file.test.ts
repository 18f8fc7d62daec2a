import { describe, expect, test } from 'vitest';
import { RhoError } from '../../src/errors';
import { fromHalf, toHalf } from '../../src/half';
import { readModel, writeModel, type ModelType } from '../../src/weights/model-file';
import { readSafetensors, writeSafetensors, type SafetensorsFile } from '../../src/weights/safetensors';
import type { StateDict, WeightTensor } from '../../src/weights/state-dict';
import { synthetic } from '../../src/weights/synthetic';
import { golden } from './golden';

const rendering = synthetic(
  1,
  new Map([
    ['conv.weight', [4, 3, 3, 3]],
    ['conv.bias', [4]],
    ['norm.num_batches_tracked', []],
  ]),
);
const motion = synthetic(
  1,
  new Map([
    ['conv.weight', [2, 2, 1, 1]],
    ['norm.running_var', [5]],
  ]),
);
const write = (dtype: ModelType): Promise<Uint8Array> =>
  writeModel(rendering, motion, { dtype, metadata: { note: 'test' } });

const withValue = (shape: number[], at: number, value: number): StateDict => {
  const data = new Float64Array(shape.reduce((a, b) => a * b, 1));
  data[at] = value;
  return new Map<string, WeightTensor>([['odd', { dtype: 'F64', shape, data }]]);
};

async function expectRefused(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RhoError);
  expect((error as RhoError).code).toBe('BAD_WEIGHTS');
  expect((error as RhoError).message).toMatch(message);
  expect((error as RhoError).message).toMatch(/^[\x20-\x7e]+$/);
}

/** Rewrites a good file with something changed. */
async function changed(
  change: (file: {
    metadata: Map<string, string>;
    entries: Map<string, SafetensorsFile['entries'] extends ReadonlyMap<string, infer E> ? E : never>;
  }) => void,
): Promise<Uint8Array> {
  const file = readSafetensors(await write('f16'));
  const copy = { metadata: new Map(file.metadata), entries: new Map(file.entries) };
  change(copy);
  return writeSafetensors(copy);
}

describe('a model file', () => {
  test('in f32 gives back what went in, without the counters', async () => {
    const model = await readModel(await write('f32'));
    expect(model.dtype).toBe('f32');
    expect(model.motion).toEqual(motion);
    expect(model.rendering).toEqual(new Map([...rendering].filter(([key]) => key !== 'norm.num_batches_tracked')));
    expect(model.metadata.get('note')).toBe('test');
  });

  test('in f16 rounds convolution weights and nothing else', async () => {
    const model = await readModel(await write('f16'));
    const weight = rendering.get('conv.weight')!;
    const rounded = fromHalf(toHalf(weight.data as Float32Array));
    expect(model.rendering.get('conv.weight')).toStrictEqual({ ...weight, dtype: 'F16', data: rounded });
    expect(model.rendering.get('conv.bias')).toEqual(rendering.get('conv.bias'));
    expect(model.motion.get('norm.running_var')).toEqual(motion.get('norm.running_var'));
  });

  test('says at what size its motion network was trained, if it was told', async () => {
    const bytes = await writeModel(rendering, motion, { dtype: 'f16', motionSize: 256 });
    expect((await readModel(bytes)).motionSize).toBe(256);
    expect((await readModel(await write('f16'))).motionSize).toBeUndefined();
  });

  test('is the same bytes every time', async () => {
    expect(await write('f16')).toStrictEqual(await write('f16'));
  });

  test('that was damaged anywhere is refused or means the same', async () => {
    const bytes = await write('f16');
    const whole = await readModel(bytes);
    for (let i = 0; i < bytes.length; i++) {
      const damaged = bytes.slice();
      damaged[i]! ^= 1 << (i % 8);
      const result = await readModel(damaged).catch((reason: unknown) => reason);
      if (result instanceof RhoError) expect(result.code).toBe('BAD_WEIGHTS');
      // What the header's names and free text say is no part of the checksum.
      else expect(result).toMatchObject({ dtype: 'f16', checksum: whole.checksum });
    }
  });

  test('cut short is refused', async () => {
    const bytes = await write('f16');
    for (let length = 0; length < bytes.length; length += 5)
      await expectRefused(readModel(bytes.subarray(0, length), 'm'), /^m: /);
  });
});

describe('writing refuses', () => {
  test.each<[string, StateDict, ModelType, RegExp]>([
    ['NaN', withValue([2, 3], 4, NaN), 'f32', /the motion network: odd holds NaN at \[1, 1\]/],
    ['infinity', withValue([2, 3, 1, 2], 11, -Infinity), 'f16', /odd holds -Infinity at \[1, 2, 0, 1\]/],
    [
      'what float16 cannot hold',
      withValue([1, 1, 1, 2], 1, -65505),
      'f16',
      /odd holds -65505 at \[0, 0, 0, 1\], too large for float16.*--dtype f32/,
    ],
    ['what float32 cannot hold', withValue([3], 2, 1e39), 'f16', /odd holds 1e\+39 at \[2\], too large for float32/],
    ['what float32 cannot hold, at f32', withValue([1, 1, 1, 1], 0, 1e39), 'f32', /too large for float32/],
  ])('%s', async (_, tensors, dtype, message) => {
    await expectRefused(writeModel(rendering, tensors, { dtype }), message);
  });

  test('not the largest float16', async () => {
    const model = await readModel(await writeModel(rendering, withValue([1, 1, 1, 1], 0, 65504), { dtype: 'f16' }));
    expect([...model.motion.get('odd')!.data]).toStrictEqual([65504]);
  });

  test('not a large bias', async () => {
    const model = await readModel(await writeModel(rendering, withValue([1], 0, 1e38), { dtype: 'f16' }));
    expect(model.motion.get('odd')!.data[0]).toBe(Math.fround(1e38));
  });
});

describe('reading refuses', () => {
  test('a checkpoint of PyTorch', async () => {
    await expectRefused(
      readModel(golden('module-zip.pth'), 'a.pth'),
      /^a\.pth: it is a checkpoint of PyTorch, .*rho convert/,
    );
  });

  const nan = new Uint8Array(Float32Array.of(0, 0, NaN, 0).buffer);
  test.each<[string, Parameters<typeof changed>[0], RegExp]>([
    ['another format', ({ metadata }) => metadata.set('format', 'pt'), /not a model/],
    ['no format', ({ metadata }) => metadata.clear(), /not a model/],
    ['a later version', ({ metadata }) => metadata.set('format_version', '2'), /version is '2'/],
    ['another dtype', ({ metadata }) => metadata.set('dtype', 'q4'), /dtype is 'q4'/],
    ['a motion size of nothing', ({ metadata }) => metadata.set('motion_size', '0'), /motion size is '0'/],
    ['a motion size in words', ({ metadata }) => metadata.set('motion_size', 'large'), /motion size is 'large'/],
    ['the wrong dtype', ({ metadata }) => metadata.set('dtype', 'f32'), /conv\.weight is F16, which a model of f32/],
    ['a wrong checksum', ({ metadata }) => metadata.set('sha256', '0'.repeat(64)), /checksum is wrong/],
    ['no checksum', ({ metadata }) => metadata.delete('sha256'), /checksum is wrong/],
    [
      'changed values',
      ({ entries }) => entries.set('rendering.conv.bias', { dtype: 'F32', shape: [4], bytes: nan }),
      /checksum is wrong/,
    ],
  ])('%s', async (_, change, message) => {
    await expectRefused(readModel(await changed(change)), message);
  });

  test('NaN behind a right checksum', async () => {
    const bytes = await changed(({ metadata, entries }) => {
      entries.clear();
      entries.set('rendering.conv.bias', { dtype: 'F32', shape: [4], bytes: nan });
      metadata.set('sha256', '…');
    });
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', nan));
    const sha256 = Buffer.from(digest).toString('hex');
    const file = readSafetensors(bytes);
    const signed = writeSafetensors({ ...file, metadata: new Map([...file.metadata, ['sha256', sha256]]) });
    await expectRefused(readModel(signed), /rendering\.conv\.bias holds NaN at \[2\]/);
  });

  test('a tensor of neither network', async () => {
    const bytes = await changed(({ entries }) => {
      const list = [...entries];
      entries.clear();
      for (const [key, entry] of list) entries.set(key.replace('motion.', 'motions.'), entry);
    });
    await expectRefused(readModel(bytes), /motions\.norm\.running_var belongs to neither/);
  });
});
