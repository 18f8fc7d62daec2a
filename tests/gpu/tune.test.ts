import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder';
import type { Graph } from '../../src/graph/graph';
import { plainVariant, type DenseVariant } from '../../src/kernels/dense';
import { adapterKey, parseChoices, tuneVariants, type TuningStore } from '../../src/profile/tune';
import { requestDevice } from '../../src/gpu/device';
import { openAdapter } from '../../tools/node-gpu';
import { random } from '../cases/case';

let device: GPUDevice;
beforeAll(async () => {
  const { adapter } = await openAdapter();
  device = await requestDevice(adapter, { defaultLimits: true });
});
afterAll(() => device.destroy());

/** One small product with a handful of variants. */
function graph(): Graph {
  const builder = new GraphBuilder();
  const src = builder.input('src', 'map', { channels: [8], height: 4, width: 8 });
  const weight = random('weight', 64);
  return builder.build([builder.conv2d('product', src, { weight, outChannels: 8, kernel: [1, 1] })]);
}

function memory(): TuningStore & { texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    load: (adapter) => Promise.resolve(texts.get(adapter)),
    save: (adapter, text) => Promise.resolve(void texts.set(adapter, text)),
  };
}

const work = { tiles: 4, outBlocks: 2, inBlocks: 2 };
const fallback = (_: string, asked: typeof work): DenseVariant => plainVariant(asked);

test('measures once, keeps the choice, and reads it again', async () => {
  const store = memory();
  const options = { precision: 'f32', store, fallback } as const;
  let measured = 0;
  const onProgress = (): void => {
    measured++;
  };
  const choose = await tuneVariants(device, [graph()], { ...options, onProgress });
  expect(measured).toBe(1);
  const chosen = choose('pointwise', work);
  const again = await tuneVariants(device, [graph()], { ...options, onProgress });
  expect(measured).toBe(1);
  expect(again('pointwise', work)).toEqual(chosen);
  expect(store.texts.has(adapterKey(device.adapterInfo))).toBe(true);
});

test.each([
  ['another version', (text: string) => text.replace('"version": 1', '"version": 0')],
  ['another adapter', (text: string) => text.replace(/"adapter": ".*"/, '"adapter": "somebody else"')],
  ['no JSON', () => 'no choices at all'],
  ['other JSON', () => '[1, 2]'],
])('what %s wrote is ignored and made anew', async (_, spoil) => {
  const store = memory();
  const key = adapterKey(device.adapterInfo);
  await tuneVariants(device, [graph()], { precision: 'f32', store, fallback });
  const good = store.texts.get(key)!;
  store.texts.set(key, spoil(good));
  expect(parseChoices(store.texts.get(key), key).size).toBe(0);
  await tuneVariants(device, [graph()], { precision: 'f32', store, fallback });
  expect(parseChoices(store.texts.get(key), key).size).toBe(1);
});

test('a variant that the work does not have is not believed', async () => {
  const store = memory();
  const key = adapterKey(device.adapterInfo);
  const choices = { 'f32 pointwise 4 x 2 -> 2': { blocks: 7, span: 3, split: 64 } };
  store.texts.set(key, JSON.stringify({ version: 1, adapter: key, choices }));
  const choose = await tuneVariants(device, [graph()], { precision: 'f32', store, fallback });
  expect(choose('pointwise', work)).toEqual(plainVariant(work));
});

test('without timestamps the fallback chooses', async () => {
  const { adapter } = await openAdapter();
  const bare = await adapter.requestDevice();
  const store = memory();
  const choose = await tuneVariants(bare, [graph()], { precision: 'f32', store, fallback });
  expect(choose('pointwise', work)).toEqual(plainVariant(work));
  expect(store.texts.size).toBe(0);
  bare.destroy();
});

test.each([
  [
    'gives wrong values',
    'workgroupBarrier();',
    'workgroupBarrier(); *a0 += *a0;',
    /split [248] was dropped: its result is off by/,
  ],
  ['does not compile', 'workgroupBarrier();', 'no_such_builtin();', /split [248] was dropped: .*no_such_builtin/],
])('a variant that %s is dropped with a note', async (_, from, to, note) => {
  // A driver that compiles the sums of split products into something else.
  const { adapter } = await openAdapter();
  const faulty = await requestDevice(adapter, { defaultLimits: true });
  const create = faulty.createShaderModule.bind(faulty);
  vi.spyOn(faulty, 'createShaderModule').mockImplementation((descriptor) =>
    create({ ...descriptor, code: descriptor.code.replace(from, to) }),
  );
  const builder = new GraphBuilder();
  const src = builder.input('src', 'map', { channels: [64], height: 8, width: 8 });
  const product = { weight: random('weight', 512), outChannels: 8, kernel: [1, 1] } as const;
  const deep = builder.build([builder.conv2d('product', src, product)]);
  const notes: string[] = [];
  const onNote = (text: string): void => void notes.push(text);
  const choose = await tuneVariants(faulty, [deep], { precision: 'f32', store: memory(), fallback, onNote });
  expect(choose('pointwise', { tiles: 8, outBlocks: 2, inBlocks: 16 }).split).toBe(1);
  expect(notes.length).toBeGreaterThan(0);
  for (const text of notes) expect(text).toMatch(note);
  faulty.destroy();
});
