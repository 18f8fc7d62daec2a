import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Precision } from '../../src/kernels/kernel';
import { CASES } from '../cases/index';
import { checkCase } from '../cases/run-case';
import { openTestDevice } from './device';

let device: GPUDevice;
let close: () => void;
beforeAll(async () => ({ device, close } = await openTestDevice()));
afterAll(() => close());

// A case's name is a filter: npm run test:gpu -- -t 'conv2d 3x3 of one row'
const precisions: Precision[] = ['f32', 'packed'];
describe.each(precisions)('%s', (precision) => {
  test.each(CASES.map((c) => [c.name, c] as const))('%s', async (_, c) => {
    expect(await checkCase(device, c, precision)).toBeUndefined();
  });
});
