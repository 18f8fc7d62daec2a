import { expect, test } from 'vitest';
import { writeResult } from '../../src/profile/benchmark-result';
import { isResultHash, resultFromLink, resultToHash } from '../../src/profile/result-link';
import { RESULT } from './result';

const hash = await resultToHash(RESULT);

test('a link holds the result, in letters that addresses may hold, smaller than its JSON', async () => {
  expect(hash).toMatch(/^result=[\w-]+$/);
  expect(hash.length).toBeLessThan(writeResult(RESULT).length);
  const read = await resultFromLink(` https://example.org/bench/?size=64#${hash}\n`);
  expect(writeResult(read)).toBe(writeResult(RESULT));
  expect(writeResult(await resultFromLink(`#${hash}`))).toBe(writeResult(RESULT));
});

test('what is meant to be a result', () => {
  expect(isResultHash(`#${hash}`)).toBe(true);
  expect(isResultHash('#title')).toBe(false);
  expect(isResultHash('')).toBe(false);
});

test.each([
  ['https://example.org/', /no result in this link/],
  ['https://example.org/#title', /no result in this link/],
  [`#${hash.slice(0, -20)}`, /damaged, perhaps cut off/],
  ['#result=%%%', /damaged/],
  ['#result=', /damaged|not JSON/],
])('%.60s is refused in words', async (link, message) => {
  await expect(resultFromLink(link)).rejects.toThrow(
    expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringMatching(message) as string }),
  );
});

test('a link that inflates beyond all measure is refused', async () => {
  const notes = ['x'.repeat(2 ** 21)];
  await expect(resultFromLink(`#${await resultToHash({ ...RESULT, notes }).catch(() => 'result=AA')}`)).rejects.toThrow(
    /damaged/,
  );
});
