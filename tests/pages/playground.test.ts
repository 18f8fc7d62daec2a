import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'puppeteer';
import { openPage, openSite, textOf, views, waitForText, type Site } from './browser';

let site: Site;
beforeAll(async () => (site = await openSite()));
afterAll(() => site.close());

async function choose(page: Page, kernel: string, name: string): Promise<void> {
  await page.waitForSelector('#check:not([disabled])');
  await page.select('#kernel', kernel);
  await page.select('#case', `${kernel} ${name}`);
}

/** Puts other WGSL into the editor, as a paste does. */
const edit = (page: Page, from: string, to: string): Promise<void> =>
  page.$eval(
    'textarea.code',
    (area, found, replacement) => {
      const { value } = area;
      if (!value.includes(found)) throw new Error(`the WGSL has no "${found}"`);
      area.value = value.replace(found, replacement);
      area.dispatchEvent(new Event('input'));
    },
    from,
    to,
  );

const rows = (page: Page): Promise<string[][]> =>
  page.$$eval('#results tr', (found) =>
    found.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)),
  );

test('a kernel is checked, timed, its variants compared; an edit with an error is shown at its line', async () => {
  const { page, complaints } = await openPage(site, 'playground.html');
  await choose(page, 'pointwise', 'of a concatenation');
  await page.click('#check');
  await waitForText(page, '#status', /^Right\.$/);
  expect((await rows(page))[0]!.slice(0, 3)).toEqual([
    'pointwise of a concatenation, f32',
    expect.stringMatching(/^blocks \d, span \d+, split 1$/) as string,
    'right',
  ]);

  await page.click('#time');
  await waitForText(page, '#status', /^[\d.]+ ms$/);
  expect(Number((await rows(page))[0]![3])).toBeGreaterThan(0);

  const variants = await page.$$eval('#variant option', (options) => options.length);
  expect(variants).toBeGreaterThan(2);
  await page.click('#compare');
  await waitForText(page, '#status', new RegExp(`^Fastest of ${variants}: blocks \\d`));
  const compared = (await rows(page)).slice(0, variants);
  expect(compared.map((row) => row[2])).toEqual(compared.map(() => 'right'));
  const times = compared.map((row) => Number(row[3]));
  expect(times).toEqual([...times].sort((a, b) => a - b));

  const lines = (await page.$eval('textarea.code', (area) => area.value)).split('\n');
  const line = lines.findIndex((text) => text.startsWith('@compute')) + 1;
  await edit(page, '@compute', 'fn wrong() -> u32 { return missing; } @compute');
  await page.click('#check');
  await waitForText(page, '#status', /^It does not compile: 1 error\.$/);
  expect(await textOf(page, '#messages')).toMatch(new RegExp(`^line ${line}:\\d+ error: .*missing`));
  expect(await textOf(page, '.gutter .bad')).toBe(`${line}`);
  await page.click('#messages button');
  const caret = await page.$eval('textarea.code', (area) => area.selectionStart);
  const value = await page.$eval('textarea.code', (area) => area.value);
  expect(value.slice(0, caret).split('\n')).toHaveLength(line);
  await views(page, 'playground');

  await page.click('#reset');
  expect(await page.$$('.gutter .bad')).toHaveLength(0);
  // Right WGSL with a wrong result.
  await page.select('#kernel', 'to-rgba8');
  await edit(page, '/ 2.0 * 255.0', '/ 2.0 * 155.0');
  expect(await textOf(page, '#edited')).toMatch(/^Edited/);
  await page.click('#check');
  await waitForText(page, '#status', /^Wrong: /);
  expect((await rows(page))[0]![1]).toMatch(/, edited$/);
  expect(complaints).toEqual([]);
});

test('without WebGPU the WGSL can be read', async () => {
  const plain = await openSite(['--no-sandbox', '--disable-features=WebGPU', '--disable-gpu']);
  try {
    const { page, complaints } = await openPage(plain, 'playground.html');
    await waitForText(page, '#problem', /There is no WebGPU here|no GPU to use it with/);
    expect(await page.$eval('#check', (button) => (button as HTMLButtonElement).disabled)).toBe(true);
    expect(await page.$eval('textarea.code', (area) => area.value)).toContain('@compute');
    expect(complaints).toEqual([]);
  } finally {
    await plain.close();
  }
});
