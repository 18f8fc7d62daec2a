import { expect, test } from 'vitest';
import { sortedIndices } from '../../src/profile/sort-rows';

const rows = [{ ms: 2 }, { ms: undefined }, { ms: 5 }, { ms: 2 }];

test('figures both ways; what is unknown is last, what is equal keeps its order', () => {
  expect(sortedIndices(rows, ({ ms }) => ms, false)).toEqual([0, 3, 2, 1]);
  expect(sortedIndices(rows, ({ ms }) => ms, true)).toEqual([2, 0, 3, 1]);
});

test('words with numbers in the order of the numbers', () => {
  const names = ['block 10', 'block 9', 'alpha'];
  expect(sortedIndices(names, (name) => name, false)).toEqual([2, 1, 0]);
});
