import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { interpret } from '../../src/graph/interpret';
import { CASES } from '../cases/index';
import { mismatch } from '../compare';
import { openTestDevice } from './device';
import { runOnGpu } from './run-case';

let device: GPUDevice;
let close: () => void;
beforeAll(async () => ({ device, close } = await openTestDevice()));
afterAll(() => close());

describe.each(CASES.map((c) => [c.name, c] as const))('%s', (_, { graph, inputs, tolerance }) => {
  test('f32', async () => {
    const expected = interpret(graph, inputs);
    const actual = await runOnGpu(device, graph, inputs, 'f32');
    for (const { name } of graph.outputs) {
      const reference = expected.get(name)!;
      expect(mismatch(actual.get(name)!, 'data' in reference ? reference.data : reference, tolerance)).toBeUndefined();
    }
  });
});
