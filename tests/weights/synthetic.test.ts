import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { expectedShapes } from '../../src/model/configuration';
import { PUBLISHED } from '../../src/model/published';
import { synthetic } from '../../src/weights/synthetic';

const bitsOf = (seed: number, key: string, shape: readonly number[]): string[] => {
  const { data } = synthetic(seed, new Map([[key, shape]])).get(key)!;
  return [...new Uint32Array(data.buffer)].map((bits) => bits.toString(16).padStart(8, '0'));
};

describe('bit patterns', () => {
  // From the definition in Python's unbounded integers.
  test.each<[string, number[], string[]]>([
    [
      'x.weight',
      [2, 3, 2, 1],
      [
        '3ce477e4',
        '3ea2b528',
        '3d39a001',
        'bf2854c3',
        '3ee92d13',
        '3f015779',
        '3eab09f9',
        '3f083064',
        'bf0226ab',
        '3d02d9f9',
        'bd501493',
        '3cae8b3b',
      ],
    ],
    [
      'embedding_module1.0.weight',
      [5, 2, 1, 1],
      [
        '3dad5f8e',
        'bf4156d7',
        'bdd32873',
        'bf163c0b',
        '3ebe9092',
        '3f52eebe',
        'bf6563c9',
        '3f4de498',
        '3eeffd53',
        '3f67c86a',
      ],
    ],
    ['x.running_var', [3], ['3f8d5359', '3fa549d1', '3f74bd00']],
    ['x.running_mean', [2], ['be451fe4', '3e239e6a']],
    ['x.weight', [2], ['3f8107d0', '3f8bbe0f']],
    ['x.bias', [2], ['3e1fd568', '3e51b786']],
  ])('%s', (key, shape, bits) => {
    expect(bitsOf(1, key, shape)).toStrictEqual(bits);
  });
});

test('batch counters are 1', () => {
  const { dtype, shape, data } = synthetic(1, new Map([['a.num_batches_tracked', []]])).get('a.num_batches_tracked')!;
  expect([dtype, shape, [...data]]).toStrictEqual(['I64', [], [1]]);
});

test('seeds and keys give other weights', () => {
  const all = [bitsOf(1, 'a.bias', [4]), bitsOf(2, 'a.bias', [4]), bitsOf(1, 'b.bias', [4])];
  expect(new Set(all.map(String)).size).toBe(3);
});

test('the published network, seed 1', () => {
  const { rendering, motion } = expectedShapes(PUBLISHED);
  const hash = createHash('sha256');
  let count = 0;
  const all = [...synthetic(1, rendering), ...synthetic(1, motion)].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [, { data }] of all) {
    hash.update(new Uint8Array(data.buffer));
    count += data.length;
  }
  expect(count).toBe(11_366_326);
  // From an implementation in NumPy: the bytes of all tensors in the order of their keys.
  expect(hash.digest('hex')).toBe('9d82c9f810505c95024c459eead6f6cdd6b27b373df8fd18c45c6d065b348cd7');
});
