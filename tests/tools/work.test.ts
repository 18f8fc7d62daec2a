import { expect, test } from 'vitest';
import { PUBLISHED } from '../../src/model/published';
import { frameWork, largestTensor, publishedWork, workRows } from '../../tools/work';

const rows = workRows(PUBLISHED, 256, 256);
const find = (target: string, without?: string) =>
  rows.find((row) => row.target === target && row.without === without)!;

/** What a frame of the published network at 256 costs more without each pass: dispatches, multiply-adds. */
test.each([
  ['gpu', 'mergeRasterizers', 2, 0],
  ['gpu', 'distinctRows', 1, 25_039_520],
  ['gpu', 'fuseSpadeConv', 4, 0],
  ['gpu', 'mergeSiblings', 2, -4_718_592],
  ['gpu', 'fusePoseEncoder', 1, -780_288],
  ['gpu', 'fuseInvertedResidual', 12, -20_237_536],
  ['gpu', 'fuseOutput', 2, 20_971_520],
  ['software', 'mergeRasterizers', 2, 0],
  ['software', 'distinctRows', 0, 25_985_024],
  ['software', 'fuseSpadeConv', 4, 0],
  ['software', 'mergeSiblings', 2, -4_718_592],
  ['software', 'fusePoseEncoder', 1, -780_288],
  ['software', 'fuseInvertedResidual', 9, 16_105_472],
  ['software', 'fuseOutput', 2, 20_971_520],
])('%s: %s saves %i dispatches and %i multiply-adds', (target, without, dispatches, macs) => {
  const [whole, part] = [find(target), find(target, without)];
  expect([part.dispatches - whole.dispatches, part.macs - whole.macs]).toEqual([dispatches, macs]);
});

test.each([
  [512, 512, 6.7e9, 220e6, 110e6],
  [1440, 512, 37e9, 1.3e9, 0.65e9],
])('a GPU’s frame at %i with motion at %i stays within its budget', (size, motionSize, macs, bytes, halfBytes) => {
  const whole = frameWork(PUBLISHED, size, motionSize, 'gpu');
  expect(whole.dispatches).toBeLessThanOrEqual(70);
  expect(whole.macs).toBeLessThanOrEqual(macs);
  expect(whole.bytes).toBeLessThanOrEqual(bytes);
  expect(whole.halfBytes).toBeLessThanOrEqual(halfBytes);
});

test.each(['gpu', 'software'] as const)('made for %s, 1440 fits into the bindings that WebGPU promises', (target) => {
  expect(largestTensor(PUBLISHED, 1440, 512, target)).toBeLessThanOrEqual(128 * 2 ** 20);
});

test.each([
  [256, 256, 70e6, Infinity],
  [512, 512, Infinity, 60e6],
  [1440, 512, Infinity, 260e6],
])('memory at %i with motion at %i stays within its budget', (size, motionSize, memory, halfMemory) => {
  for (const target of ['gpu', 'software'] as const) {
    const whole = frameWork(PUBLISHED, size, motionSize, target);
    expect(whole.memory, target).toBeLessThanOrEqual(memory);
    expect(whole.halfMemory, target).toBeLessThanOrEqual(halfMemory);
  }
});

test('before any pass a frame costs what was published', () => {
  const counted = { convolutions: 82, macs: 7_915_608_064, bytes: 616_371_352 };
  expect(publishedWork(PUBLISHED, 512, 512)).toEqual(counted);
});
