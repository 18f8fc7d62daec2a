import { expect, test } from 'vitest';
import { elapsedMs } from '../../src/gpu/timestamps';

test.each([
  [1_000_000n, 3_500_000n, 2.5],
  [7n, 7n, 0],
  [0n, 5n, undefined],
  [5n, 0n, undefined],
  [9n, 8n, undefined],
])('from %s to %s', (begin, end, expected) => {
  expect(elapsedMs(begin, end)).toBe(expected);
});
