import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DispatchFacts } from '../../src/profile/dispatch-facts';
import { dispatchRows, kernelRows } from '../../src/profile/roofline';
import type { TraceEvent } from '../../src/profile/trace';
import { htmlReport } from '../../tools/html-report';
import { tinyModelFile } from '../engine/tiny-model';
import { PROFILE } from '../profile/profile';
import { checkNesting } from '../profile/nesting';
import { chooseFile, openPage, openSite, saveBy, textOf, views, waitForText, type Site } from './browser';

let site: Site;
let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rho-profiler-'));
  writeFileSync(at('tiny.safetensors'), await tinyModelFile());
  site = await openSite();
});
afterAll(async () => {
  await site.close();
  rmSync(folder, { recursive: true });
});

const column = (page: Page, number: number): Promise<string[]> =>
  page.$$eval(`table.profile tbody td:nth-child(${number})`, (cells) => cells.map((cell) => cell.textContent));

/** Stands in for the window of ui.perfetto.dev: it answers a few pings late, and keeps what it is given. */
const PERFETTO = `
  window.open = (url) => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const opened = frame.contentWindow;
    let pings = 0;
    opened.postMessage = (message, origin) => {
      if (message === 'PING' && ++pings > 2) window.dispatchEvent(new MessageEvent('message', { data: 'PONG', source: opened }));
      if (message.perfetto) window.handed = { url, origin, title: message.perfetto.title, text: new TextDecoder().decode(message.perfetto.buffer) };
    };
    return opened;
  };`;

test('a profile: sums and their disagreement, sorting, a kernel looked at, traces', async () => {
  const { page, complaints } = await openPage(site, 'profile.html?size=64&motion=64', PERFETTO);
  await page.select('#weights', 'file');
  await chooseFile(page, '#model-file', at('tiny.safetensors'));
  await page.waitForSelector('#run:not([disabled])');
  await page.click('#run');
  await waitForText(page, '#status', /^Done\.$/);
  const head = await textOf(page, '#profile .pairs');
  expect(head).toMatch(/Sum of kernels[\d.]+ ms/);
  expect(head).toMatch(/Frame, GPU time[\d.]+ ms/);
  expect(head).toMatch(/Frame, wall time[\d.]+ ms/);
  expect(head).toMatch(/Disagreementthe sum is [\d.]+ % (above|below) the frame: .*; wall time is -?[\d.]+ % above/);

  const times = (await column(page, 5)).map(Number);
  expect(times.length).toBeGreaterThan(20);
  expect(times).toEqual([...times].sort((a, b) => b - a));
  await page.click('table.profile th:nth-child(3) button');
  const kernels = await column(page, 3);
  expect(kernels).toEqual([...kernels].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })));
  expect(await page.$eval('table.profile th:nth-child(3)', (head) => head.ariaSort)).toBe('ascending');
  await page.click('table.profile th:nth-child(1) button');
  expect((await column(page, 1)).slice(0, 3)).toEqual(['1', '2', '3']);

  expect(await page.$$eval('.lane:last-of-type .span', (spans) => spans.length)).toBe(times.length);
  expect(await page.$$eval('#roof-chart circle', (dots) => dots.length)).toBeGreaterThan(10);
  await page.focus('table.profile tbody tr:nth-child(5)');
  await page.keyboard.press('Enter');
  const [layer, kernel] = [(await column(page, 2))[4]!, (await column(page, 3))[4]!];
  const details = await textOf(page, '#dispatch');
  expect(details).toContain(`${layer}: ${kernel}`);
  for (const fact of ['@compute @workgroup_size(WORKGROUP)', '@binding', 'invocations', 'Workgroup memory'])
    expect(details).toContain(fact);
  expect(await page.$$eval('tr[aria-selected=true]', (rows) => rows.length)).toBe(1);
  await views(page, 'profiler');

  await page.click('#open-perfetto');
  await waitForText(page, '#exported', /^Handed to Perfetto/);
  const handed = (await page.evaluate('window.handed')) as { url: string; origin: string; title: string; text: string };
  expect(handed).toMatchObject({ url: 'https://ui.perfetto.dev', origin: 'https://ui.perfetto.dev' });
  const trace = readFileSync(await saveBy(page, '#save-trace', folder), 'utf8');
  expect(trace).toBe(handed.text);
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  checkNesting(traceEvents);
  const layers = traceEvents.filter(({ args }) => 'shape' in args);
  expect(layers.map(({ name }) => name)).toEqual(await column(page, 2));
  for (const { args } of layers) expect(args['bytes']).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
});

test('without timestamps it is said why there is no profile', async () => {
  const { page, complaints } = await openPage(
    site,
    'profile.html?size=64&motion=64',
    `const { get } = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, 'features');
     Object.defineProperty(GPUAdapter.prototype, 'features', {
       get() { return new Set([...get.call(this)].filter((name) => name !== 'timestamp-query')); },
     });`,
  );
  await page.waitForSelector('#run:not([disabled])');
  expect(await textOf(page, '#device')).toContain('no: wall times only, no profile');
  await page.click('#run');
  await waitForText(page, '#problem', /This adapter has no timestamp-query, so single kernels cannot be timed/);
  expect(complaints).toEqual([]);
});

test('the report in one file asks for nothing else, and holds what would end its script', async () => {
  const ceilings = { compute: 100, bandwidth: 10 };
  const facts: DispatchFacts = {
    grid: [2, 1, 1],
    workgroups: 2,
    workgroupSize: 64,
    invocations: 128,
    workgroupBytes: 1024,
    workgroupBytesLimit: 16384,
    bindings: [{ name: 'src', access: 'read', resource: 'a', shape: '3 x 8 x 8', bytes: 768 }],
    wgsl: '// </script><b>not bold</b>\nfn main() {}',
  };
  const report = {
    adapter: '</title>a GPU',
    precision: 'f32' as const,
    size: 64,
    motionSize: 64,
    commit: null,
    ceilings: { gflops: 100, gbPerS: 10 },
    frame: { ...PROFILE.frame, sumMs: PROFILE.sumMs },
    kernels: kernelRows(PROFILE, ceilings),
    dispatches: dispatchRows(PROFILE, ceilings),
  };
  writeFileSync(at('report.html'), await htmlReport({ report, facts: PROFILE.dispatches.map(() => facts) }));
  const page = await site.browser.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`file://${at('report.html')}`);
  await page.waitForSelector('#roof-chart svg');
  await page.click('table.profile tbody tr');
  expect(await textOf(page, 'pre.wgsl')).toBe(facts.wgsl);
  expect(await textOf(page, 'h3')).toBe('second: spade');
  await views(page, 'profile-report', ['desktop-light']);
  expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([`file://${at('report.html')}`]);
  expect(complaints).toEqual([]);
});
