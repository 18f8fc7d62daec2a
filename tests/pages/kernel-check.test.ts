import { afterAll, beforeAll, expect, test } from 'vitest';
import { CASES } from '../cases/index';
import { openPage, openSite, textOf, waitForText, type Site } from './browser';

let site: Site;
beforeAll(async () => (site = await openSite()));
afterAll(() => site.close());

test('every kernel is right in Chromium', async () => {
  const { page, complaints } = await openPage(site, 'playground.html');
  await page.waitForSelector('#check-all:not([disabled])');
  await page.click('#check-all');
  await waitForText(page, '#summary', /passed/, 110_000);
  const failures = await page.$$eval('#rows tr', (rows) =>
    rows.map((row) => row.textContent).filter((text) => !text.endsWith('passed')),
  );
  expect(failures).toEqual([]);
  expect(await textOf(page, '#summary')).toBe(`${CASES.length} passed, 0 failed`);
  expect(complaints).toEqual([]);
});
