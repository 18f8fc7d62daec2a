import { afterAll, beforeAll, expect, test } from 'vitest';
import { CASES } from '../cases/index';
import { openPage, openSite, screenshot, type Site } from './browser';

let site: Site;
beforeAll(async () => (site = await openSite()));
afterAll(() => site.close());

test('every kernel is right in Chromium', async () => {
  const { page, complaints } = await openPage(site, 'playground.html');
  await page.waitForSelector('#check:not([disabled])');
  await page.click('#check');
  await page.waitForFunction(() => document.querySelector('#summary')?.textContent !== '', { timeout: 110_000 });
  await screenshot(page, 'kernel-check');
  const failures = await page.$$eval('#rows tr', (rows) =>
    rows.map((row) => row.textContent).filter((text) => !text.endsWith('passed')),
  );
  expect(failures).toEqual([]);
  expect(await page.$eval('#summary', (summary) => summary.textContent)).toBe(`${CASES.length} passed, 0 failed`);
  expect(complaints).toEqual([]);
});

test('without WebGPU the page says so', async () => {
  const plain = await openSite(['--no-sandbox', '--disable-features=WebGPU', '--disable-gpu']);
  try {
    const { page, complaints } = await openPage(plain, 'playground.html');
    await page.waitForFunction(() => /no WebGPU|no GPU/.test(document.querySelector('#device')?.textContent ?? ''));
    await screenshot(page, 'no-webgpu');
    expect(await page.$eval('#check', (button) => (button as HTMLButtonElement).disabled)).toBe(true);
    expect(complaints).toEqual([]);
  } finally {
    await plain.close();
  }
});
