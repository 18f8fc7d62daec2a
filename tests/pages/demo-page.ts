import type { Page } from 'puppeteer';
import { readRecording } from '../../src/drivers/recording';
import { textOf } from './browser';

/** The demo with a network that a CPU playing GPU computes at once. */
export const TINY = 'demo/index.html?model=../tiny.safetensors&size=64&backend=webgpu';

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until an element's text holds these words. */
export const says = (page: Page, selector: string, words: string, timeout = 30_000): Promise<unknown> =>
  page
    .waitForFunction((at, part) => document.querySelector(at)?.textContent.includes(part), { timeout }, selector, words)
    .catch(async (cause: unknown) => {
      throw new Error(`${selector} says "${await textOf(page, selector)}" instead of "${words}"`, { cause });
    });

/** Waits for the first frame: its kernels take long to compile where a CPU plays GPU and other pages draw. */
export const running = (page: Page): Promise<unknown> => says(page, '#engine-status', 'Showing', 100_000);

/** What the GPU has drawn, small. */
export const shown = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const frame = document.querySelector<HTMLCanvasElement>('#frame canvas')!;
    // What a worker draws is brought to the page only where it can be seen.
    frame.scrollIntoView({ block: 'nearest' });
    await new Promise(requestAnimationFrame);
    const copy = document.createElement('canvas');
    copy.width = copy.height = 16;
    copy.getContext('2d')!.drawImage(frame, 0, 0, 16, 16);
    return copy.toDataURL();
  });

/** Waits until something else is drawn than was before. */
export async function moves(page: Page, act: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
  const before = await shown(page);
  await act();
  for (let i = 0; i < 100; i++) {
    if ((await shown(page)) !== before) return;
    await pause(50);
  }
  throw new Error('the picture stands still');
}

/** Some frames of the page, however slow it is. */
export const frames = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    for (let i = 0; i < 5; i++) await new Promise(requestAnimationFrame);
  });

/** Records the drive for a while and gives it back. */
export async function drive(page: Page, ms: number): Promise<ReturnType<typeof readRecording>> {
  await page.click('#drive');
  await pause(ms);
  await frames(page);
  await page.click('#drive');
  const file = await page.$eval('#downloads a', async (link) => (await fetch(link.href)).text());
  return readRecording(JSON.parse(file));
}
