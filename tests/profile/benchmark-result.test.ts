import { expect, test } from 'vitest';
import { grainOf, parseResult, slowdown, writeResult } from '../../src/profile/benchmark-result';
import { RESULT } from './result';

test('what is written is read again, numbers to six digits', () => {
  const read = parseResult(writeResult(RESULT));
  expect(read).toEqual({ ...RESULT, times: [4, 4.12346, 5], frameMs: { ...RESULT.frameMs, median: 4.12346 } });
});

test.each([
  ['', /it is not JSON/],
  ['[]', /it does not say that it is one/],
  ['null', /it does not say that it is one/],
  ['{"format":"rho-recording","version":1}', /it does not say that it is one/],
  [writeResult({ ...RESULT, version: 2 as never }), /version 2; this page reads version 1/],
  [writeResult({ ...RESULT, size: 'x' as never }), /"size" is missing or wrong/],
  [writeResult({ ...RESULT, adapter: undefined as never }), /"adapter" is missing or wrong/],
  [writeResult({ ...RESULT, times: [1, null as never] }), /"times\[1\]" is missing or wrong/],
  [writeResult({ ...RESULT, times: {} as never }), /"times" is missing or wrong/],
  [writeResult({ ...RESULT, gpu: { ...RESULT.gpu!, gpuMs: 3 as never } }), /"gpu.gpuMs" is missing or wrong/],
  [writeResult({ ...RESULT, check: null as never }), /"check" is missing or wrong/],
])('%.40s is refused in words', (text, message) => {
  expect(() => parseResult(text)).toThrow(
    expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringMatching(message) as string }),
  );
});

test('parts that a run left out are null', () => {
  const bare = { ...RESULT, gpu: null, sustained: null, roofline: null, peers: null, commit: null };
  expect(parseResult(writeResult(bare))).toMatchObject({ gpu: null, peers: null });
});

test.each([
  [[0.1, 0.3, 1.2], 0.1],
  [[1, 2, 7], 1],
  [[0.065536 * 3, 0.065536 * 11, 0.065536 * 4], 0.065536],
  [[0.123, 0.457, 0.001], 0.001],
  [[0.1234567, 0.2, 0.3], null],
  [[0.1, 0.2], null],
])('the grain of %j is %s', (values, grain) => {
  expect(grainOf(values)).toBe(grain);
});

test('slower at the end: tenths of the seconds', () => {
  expect(slowdown(RESULT.sustained!)).toBeCloseTo(1.25);
  expect(slowdown({ seconds: 2, frames: 2, medians: [4, 2] })).toBe(0.5);
  expect(slowdown({ seconds: 1, frames: 1, medians: [4] })).toBeUndefined();
});
