import { expect, test } from 'vitest';
import { createRate } from '../../bench/demo/rate';

/** What a rate says of frames that ended at these times, in milliseconds. */
function said(...times: number[]): string {
  let time = 0;
  const rate = createRate(() => time);
  for (time of times) rate.count();
  return rate.words;
}

test('frames are counted over the time they took', () => {
  expect(said(...Array.from({ length: 145 }, (_, i) => (i * 1000) / 72))).toBe('72 frames a second');
  expect(said(0, 2500, 5000)).toBe('0.4 frames a second');
});

test('two that end at once are no infinite rate', () => expect(said(1000, 1000)).toBe('1.0 frames a second'));

test('one frame moves nothing, and old ones are forgotten', () => {
  expect(said(0)).toBe('still');
  expect(said(0, 100, 9000)).toBe('still');
});
