import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CASES } from '../cases/index';
import { checkCase } from '../cases/run-case';
import { openTestDevice } from './device';

let device: GPUDevice;
let close: () => void;
beforeAll(async () => ({ device, close } = await openTestDevice()));
afterAll(() => close());

// A case's name is a filter: npm run test:gpu -- -t 'conv2d 3x3 of one row'
describe('f32', () => {
  test.each(CASES.map((c) => [c.name, c] as const))('%s', async (_, c) => {
    expect(await checkCase(device, c, 'f32')).toBeUndefined();
  });
});
