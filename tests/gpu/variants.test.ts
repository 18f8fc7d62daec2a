import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lower } from '../../src/graph/lower';
import { denseVariants, plainVariant, type DenseWork } from '../../src/kernels/dense';
import { CASES } from '../cases/index';
import { checkCase } from '../cases/run-case';
import { openTestDevice } from './device';

let device: GPUDevice;
let close: () => void;
beforeAll(async () => ({ device, close } = await openTestDevice()));
afterAll(() => close());

/** One case of each dense kernel that has tails everywhere, and one that is deep. */
const NAMES = [
  'pointwise odd channels',
  'conv2d 3x3 wide and deep',
  'conv2d 3x3 after nearest x5, all ways to join taps',
  'spade-conv2d of a concatenation, second part of the modulation',
];

describe.each(NAMES)('%s', (name) => {
  const found = CASES.find((c) => c.name === name)!;
  let work: DenseWork | undefined;
  lower(found.graph, (_, asked) => plainVariant((work = asked)));
  const variants = denseVariants(work!);

  test('has variants', () => expect(variants.length).toBeGreaterThan(1));
  // Every third: each split and span comes up in one case or another.
  test.each(variants.filter((_, i) => i % 3 === 0))('blocks $blocks, span $span, split $split', async (variant) => {
    expect(await checkCase(device, found, 'f32', () => variant)).toBeUndefined();
  });
});
