import { expect, test } from 'vitest';
import { compareResults, comparisonWarnings } from '../../src/profile/compare-results';
import { RESULT } from './result';

const figure = (label: string, after: Partial<typeof RESULT>) =>
  compareResults(RESULT, { ...RESULT, ...after }).find((row) => row.label === label)!;

test('the same result twice: all ratios are 1, nothing is better', () => {
  for (const { ratio, verdict, before, after } of compareResults(RESULT, RESULT)) {
    expect(ratio).toBe(1);
    expect(verdict).toBe('same');
    expect(before).toBe(after);
  }
});

test('beyond three deviations a frame is better or worse', () => {
  const frameMs = (median: number) => ({ frameMs: { ...RESULT.frameMs, median } });
  expect(figure('Frame, median', frameMs(4.0))).toMatchObject({ verdict: 'same', before: '4.12 ms', after: '4 ms' });
  expect(figure('Frame, median', frameMs(2.0)).verdict).toBe('better');
  expect(figure('Frame, median', frameMs(6.0)).verdict).toBe('worse');
});

test('counts are exact, what was timed once is not', () => {
  expect(figure('Dispatches', { dispatches: 57 }).verdict).toBe('better');
  expect(figure('Load', { coldStart: { ...RESULT.coldStart, loadMs: 10.9 } }).verdict).toBe('same');
  expect(figure('Load', { coldStart: { ...RESULT.coldStart, loadMs: 12 } }).verdict).toBe('worse');
});

test('a figure that one result lacks has no ratio', () => {
  expect(figure('GPU time', { gpu: null })).toMatchObject({
    before: '3 ms',
    after: '-',
    ratio: undefined,
    verdict: 'same',
  });
  expect(figure('Slower at the end', { sustained: null }).after).toBe('-');
});

test('what makes a comparison unfair', () => {
  expect(comparisonWarnings(RESULT, RESULT)).toEqual([]);
  const other = { ...RESULT, size: 512, adapter: 'another', check: { isRight: false, said: [] } };
  expect(comparisonWarnings(RESULT, other)).toEqual([
    'GPU differs: vendor, architecture and another',
    'size differs: 256 and 512',
    'the second result failed its check',
  ]);
});
