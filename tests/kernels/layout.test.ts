import { expect, test } from 'vitest';
import { blockCount, channelCount, fromBlocked, laneCount, lanes, toBlocked } from '../../src/kernels/layout';
import { launchGrid } from '../../src/kernels/kernel';
import { random } from '../cases/case';
import fc from 'fast-check';

const layout = { channels: [5, 3, 4], height: 2, width: 3 };

test('each part of a concatenation starts a block', () => {
  expect([...lanes(layout.channels)]).toEqual([0, 1, 2, 3, 4, 8, 9, 10, 12, 13, 14, 15]);
  expect(blockCount(layout)).toBe(4);
  expect(channelCount(layout)).toBe(12);
  expect(laneCount(layout)).toBe(4 * 4 * 6);
});

test('blocked and back', () => {
  const values = random('layout', 12 * 6);
  const blocked = toBlocked(layout, values);
  expect([...fromBlocked(layout, blocked)]).toEqual([...values]);
  // Channel 4 is lane 0 of block 1; its neighbours are padding.
  expect([...blocked.slice(6 * 4, 6 * 4 + 4)]).toEqual([values[4 * 6], 0, 0, 0]);
});

test('a folded grid is large enough, within the limit, and wastes little', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_000_000 }), fc.integer({ min: 200, max: 65535 }), (groups, limit) => {
      const grid = launchGrid(groups, limit);
      const launched = grid.reduce((a, b) => a * b, 1);
      expect(Math.max(...grid)).toBeLessThanOrEqual(limit);
      expect(launched).toBeGreaterThanOrEqual(groups);
      expect(launched).toBeLessThan(groups * 1.1 + limit);
    }),
  );
});
