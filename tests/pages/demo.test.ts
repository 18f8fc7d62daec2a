import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MESH_POINTS, type MeshPoint } from '../../src/drivers/mediapipe-points';
import { poseHead, type RigFace } from '../../src/drivers/rig';
import { TINY_MODEL, tinyModelFile } from '../engine/tiny-model';
import { makeStatePth } from '../weights/make-pth';
import { CANVAS_FLAGS, chooseFile, openPage, openSite, screenshot, serveBytes, textOf, type Site } from './browser';
import { drive, frames, moves, pause, running, says, shown, TINY } from './demo-page';

declare global {
  interface Window {
    /** Sends what was held back from the engine's worker. */
    letGo?: () => void;
  }
}

const FAKE_CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
const files = fileURLToPath(new URL('../../out/demo-test/', import.meta.url));
const OWN_PICTURE = fileURLToPath(new URL('../../demo/source.png', import.meta.url));

let site: Site;
beforeAll(async () => {
  const model = await tinyModelFile();
  rmSync(files, { recursive: true, force: true });
  mkdirSync(files, { recursive: true });
  writeFileSync(`${files}tiny.safetensors`, model);
  writeFileSync(`${files}rendering.pth`, makeStatePth(TINY_MODEL.rendering));
  writeFileSync(`${files}motion.pth`, makeStatePth(TINY_MODEL.motion));
  writeFileSync(`${files}words.txt`, 'no picture');
  writeFileSync(`${files}broken.png`, 'no picture');
  const plugins = [serveBytes('/tiny.safetensors', model)];
  site = await openSite([...CANVAS_FLAGS, ...FAKE_CAMERA], { plugins });
});
afterAll(() => site.close());

const attach = (page: Page, input: string, ...names: string[]): Promise<void> =>
  chooseFile(page, `input#${input}`, ...names.map((name) => (name.startsWith('/') ? name : files + name)));

/** One page for all that goes on side by side. */
let page: Page;
let complaints: string[];
beforeAll(async () => {
  ({ page, complaints } = await openPage(site, TINY));
  await page.setViewport({ width: 1280, height: 900 });
  await running(page);
});

test('the first visit sees a face move: the bundled recording drives the first of at least eight people', async () => {
  expect(await page.$$eval('#people button', (people) => people.length)).toBeGreaterThanOrEqual(8);
  await moves(page);
  await says(page, '#rate', 'frames a second');
  await says(page, '#stats', '64 × 64');
  expect(await textOf(page, '#weights-note')).toBe('');
  const { frames: recorded } = await drive(page, 500);
  expect(recorded.at(-1)!.headPose[1]).not.toBe(recorded[0]!.headPose[1]);
  expect(complaints).toEqual([]);
});

test('frames a second are counted over the time they took, though two may end at once', async () => {
  const said = await page.evaluate(`import('/demo/rate.ts').then(({ createRate }) => {
    const times = [Array.from({ length: 145 }, (_, i) => (i * 1000) / 72), [0, 2500, 5000], [1000, 1000], [0], [0, 100, 9000]];
    return times.map((ends) => {
      let time = 0;
      const rate = createRate(() => time);
      for (time of ends) rate.count();
      return rate.words;
    });
  })`);
  expect(said).toEqual(['72 frames a second', '0.4 frames a second', '1.0 frames a second', 'still', 'still']);
});

test('another source is shown, and going back costs no registration', async () => {
  await moves(page, () => page.click('#people button:nth-child(4)'));
  await says(page, '#engine-status', 'Showing Dora');
  await page.click('#people button:nth-child(1)');
  await says(page, '#engine-status', 'Showing Ada');
});

test('sliders move it, by key and by hand, and at rest it stands still', async () => {
  await page.click('label:has(input[value=sliders])');
  await pause(300);
  const still = await shown(page);
  await pause(300);
  expect(await shown(page)).toBe(still);
  await moves(page, async () => {
    await page.focus('input[name=yaw]');
    await page.keyboard.press('End');
  });
  expect(await textOf(page, '#sliders label:first-child output')).toBe('35°');
  const stage = (await (await page.$('#output'))!.boundingBox())!;
  await moves(page, async () => {
    await page.mouse.move(stage.x + 200, stage.y + 100);
    await page.mouse.down();
    await page.mouse.move(stage.x + 120, stage.y + 100, { steps: 4 });
    await page.mouse.up();
  });
  expect(await textOf(page, '#sliders label:first-child output')).not.toBe('35°');
  await page.click('#rest');
  const [rest] = (await drive(page, 300)).frames;
  // At rest it is the source's own face.
  const own = readFileSync(new URL('../../demo/gallery/ada_landmark.txt', import.meta.url), 'utf8');
  const landmarks = own.trim().split(/\s+/).map(Number);
  expect(Math.max(...landmarks.map((value, i) => Math.abs(value - rest!.landmarks[i]!)))).toBeLessThan(1e-3);
});

test('landmarks and the motion field are drawn over the result', async () => {
  const ink = (): Promise<number> =>
    page.evaluate(() => {
      const { canvas } = document.querySelector<HTMLCanvasElement>('#overlay')!.getContext('2d')!;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((value, i) => i % 4 === 3 && value > 0).length;
    });
  const landmarks = await ink();
  expect(landmarks).toBeGreaterThan(1000);
  await page.click('#show-motion');
  for (let i = 0; i < 100 && (await ink()) < landmarks + 1000; i++) await pause(50);
  expect(await ink()).toBeGreaterThan(landmarks + 1000);
  await page.click('#show-motion');
  await page.click('#show-landmarks');
  await pause(200);
  expect(await ink()).toBe(0);
  await page.click('#show-landmarks');
});

/** A mesh whose 72 points are those of a face, in a frame of 640 x 480. */
function meshOf({ landmarks }: RigFace): MeshPoint[] {
  const mesh = Array.from({ length: 478 }, () => ({ x: 0.5, y: 0.5 }));
  MESH_POINTS.forEach((index, i) => {
    const point = { x: (landmarks[i * 2]! * 480) / 640 / 2 + 0.5, y: landmarks[i * 2 + 1]! / 2 + 0.5 };
    for (const each of typeof index === 'number' ? [index] : index) mesh[each] = point;
  });
  return mesh;
}

/** A tracker that sees a head at rest in stills and for a second, then one that turns and opens its mouth. */
async function giveTracker(on: Page): Promise<void> {
  const scale = { scale: 0.04 };
  const rest = meshOf(poseHead({}, {}, scale));
  const turned = meshOf(poseHead({}, { jawOpen: 0.8 }, { ...scale, rotation: [0, 0.4, 0] }));
  await on.evaluate(
    (calm, moved) => {
      let first: number | undefined;
      const result = (mesh: MeshPoint[]): { faceLandmarks: MeshPoint[][] } => ({ faceLandmarks: [mesh] });
      window.rhoTracker = () => ({
        detect: () => result(calm),
        detectForVideo: (_, timeMs) => result(timeMs - (first ??= timeMs) < 1000 ? calm : moved),
      });
    },
    rest,
    turned,
  );
}

test('without a tracker the camera says what is missing, and one that cannot be loaded says so too', async () => {
  await page.click('label:has(input[value=webcam])');
  await page.click('#camera-start');
  await says(page, '#camera-status', 'There is no face tracker yet');
  await page.$eval('#tracker-base', (input) => ((input as HTMLInputElement).value = '../no-such-folder/'));
  await page.click('#tracker-load');
  await says(page, '#tracker-status', 'The tracker could not be loaded');
  // Chromium complains of the missing file itself.
  complaints.splice(0);
});

test('a camera moves it, relative to the calibrated face and absolutely', async () => {
  await giveTracker(page);
  await page.click('#camera-start');
  await says(page, '#camera-status', 'Following your face.');
  await moves(page);
  const relative = (await drive(page, 1500)).frames.at(-1)!;
  expect(relative.headPose[1]).toBeLessThan(-0.2); // as in a mirror
  await page.select('#mode', 'absolute');
  await pause(300);
  const absolute = (await drive(page, 300)).frames.at(-1)!;
  expect(absolute.headPose[5]! / relative.headPose[5]!).toBeLessThan(0.95);
  await page.select('#mode', 'relative');
  await page.click('#calibrate');
  await says(page, '#camera-status', 'Calibrated');
  await pause(1000);
  expect(Math.abs((await drive(page, 300)).frames.at(-1)!.headPose[1]!)).toBeLessThan(0.1);
  await page.click('#camera-start');
  await says(page, '#camera-status', 'The camera is off.');
});

test('a refused camera is said in words', async () => {
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  });
  await page.click('#camera-start');
  await says(page, '#camera-status', 'The camera was refused. Allow it');
  await page.click('label:has(input[value=recording])');
  expect(complaints).toEqual([]);
});

test('a recording of one’s own is played, and what is none is refused', async () => {
  await page.click('label:has(input[value=sliders])');
  await page.focus('input[name=smile]');
  await page.keyboard.press('End');
  await page.click('#drive');
  await frames(page);
  await page.focus('input[name=yaw]');
  await page.keyboard.press('Home');
  await frames(page);
  await page.click('#drive');
  writeFileSync(
    `${files}drive.json`,
    await page.$eval('#downloads a', async (link) => (await fetch(link.href)).text()),
  );
  await page.click('label:has(input[value=recording])');
  await attach(page, 'recording-file', 'drive.json');
  await says(page, '#recording-name', 'drive.json: ');
  await moves(page);
  writeFileSync(`${files}other.json`, '{"format": "other"}');
  await attach(page, 'recording-file', 'other.json');
  await says(page, '#recording-name', 'other.json cannot be played: recording: it is no recording');
});

test('a picture of one’s own gets its points by hand: by pointer, by key, and from the tracker', async () => {
  await page.click('label:has(input[value=sliders])');
  await page.click('#rest');
  await attach(page, 'picture-file', OWN_PICTURE);
  await page.waitForSelector('#points[open] circle');
  const point = (i: number): Promise<number[]> =>
    page.$$eval('#point-stage circle', (all, at) => [all[at]!.cx.baseVal.value, all[at]!.cy.baseVal.value], i);
  const before = await Promise.all([point(8), point(30)]);
  await page.keyboard.press('ArrowDown'); // the whole face
  const lower = await Promise.all([point(8), point(30)]);
  expect(lower.map(([, y], i) => y! - before[i]![1]!)).toEqual([expect.closeTo(1 / 128), expect.closeTo(1 / 128)]);
  await page.click('#larger');
  await page.select('#group', 'point');
  const chin = (await (await page.$$('#point-stage circle'))[8]!.boundingBox())!;
  const grown = await Promise.all([point(8), point(30)]);
  await page.mouse.move(chin.x + chin.width / 2, chin.y + chin.height / 2);
  await page.mouse.down();
  await page.mouse.move(chin.x + chin.width / 2 + 10, chin.y + chin.height / 2 + 20, { steps: 3 });
  await page.mouse.up();
  const [dragged, nose] = await Promise.all([point(8), point(30)]);
  expect(dragged[1]).toBeGreaterThan(grown[0][1]! + 0.05);
  expect(nose).toEqual(grown[1]);
  await page.keyboard.press('PageDown');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Point 10, outline');
  await screenshot(page, 'demo-points-1280-light');
  await page.click('#points button[value=use]');
  await says(page, '#engine-status', 'Showing source');
  await moves(page, () =>
    page.$eval('input[name=yaw]', (input) => {
      input.value = '0.4';
      input.dispatchEvent(new Event('input'));
    }),
  );

  await attach(page, 'picture-file', OWN_PICTURE);
  await page.waitForSelector('#points[open] circle');
  await page.click('#points-find');
  await says(page, '#points-status', 'Found.');
  await page.keyboard.press('Escape');
  await says(page, '#source-status', 'source.png was left out.');
  await attach(page, 'picture-file', 'broken.png');
  await says(page, '#source-status', 'broken.png is no picture that this browser can read.');
  expect(complaints).toEqual([]);
});

test.each([
  [1280, 900, 'light'],
  [1280, 900, 'dark'],
  [390, 844, 'light'],
  [390, 844, 'dark'],
] as const)('at %i x %i, %s, nothing is wider than the page', async (width, height, theme) => {
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
  for (const kind of ['recording', 'sliders', 'webcam']) {
    await page.click(`label:has(input[value=${kind}])`);
    await pause(150);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
    await screenshot(page, `demo-${kind}-${width}-${theme}`);
  }
});

test('a clip is recorded, or the page says why not', async () => {
  await page.click('label:has(input[value=recording])');
  for (const format of ['webm', 'mp4']) {
    await page.select('#clip-format', format);
    const count = await page.$$eval('#downloads video', (all) => all.length);
    await page.click('#clip');
    await page.waitForFunction(
      () => /Recording\.|no encoder|cannot encode/.test(document.querySelector('#record-status')!.textContent),
      { timeout: 20_000 },
    );
    if (!(await textOf(page, '#record-status')).startsWith('Recording.')) continue;
    await pause(1500);
    await page.click('#clip');
    await says(page, '#record-status', 'The clip is below.');
    const clip = await page.waitForFunction(
      (videos) => {
        const all = document.querySelectorAll<HTMLVideoElement>('#downloads video');
        const [video] = all;
        return all.length > videos && video!.videoWidth > 0 && [video!.videoWidth, video!.duration];
      },
      { timeout: 20_000 },
      count,
    );
    const [width, duration] = (await clip.jsonValue()) as number[];
    expect(width).toBe(64);
    expect(duration).toBeGreaterThan(0.5);
  }
  // VP8 and VP9 come with every Chromium.
  expect(await page.$$eval('#downloads video', (all) => all.length)).toBeGreaterThan(0);
  await moves(page);
  await page.evaluate(() => Reflect.deleteProperty(window, 'VideoEncoder'));
  await page.click('#clip');
  await says(page, '#record-status', 'This browser cannot encode video');
  expect(complaints).toEqual([]);
});

test('weights of one’s own: a model, both checkpoints in any order, and words for anything else', async () => {
  await attach(page, 'weights-file', 'rendering.pth');
  await says(page, '#engine-status', 'give both .pth files');
  await attach(page, 'weights-file', 'motion.pth', 'rendering.pth');
  await says(page, '#engine-status', 'Showing');
  await moves(page);
  await says(page, '#stats', 'from memory');
  await attach(page, 'weights-file', 'tiny.safetensors');
  await says(page, '#engine-status', 'Showing');
  await moves(page);
  writeFileSync(`${files}bad.safetensors`, 'no model');
  await attach(page, 'weights-file', 'bad.safetensors');
  await says(page, '#engine-status', 'bad.safetensors cannot be used');
  await page.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['?'], 'words.txt'));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer }));
  });
  await says(page, '#source-status', 'words.txt is neither a picture');
  expect(complaints).toEqual([]);
});

test('landmarks over a late frame are those of the frame', async () => {
  const { page: late, complaints: said } = await openPage(site, TINY);
  await running(late);
  await late.click('label:has(input[value=sliders])');
  const drawn = (): Promise<string> =>
    late.$eval('#overlay', async (canvas) => {
      await new Promise(requestAnimationFrame);
      return (canvas as HTMLCanvasElement).toDataURL();
    });
  let before = '';
  for (let i = 0; i < 100 && before !== (before = await drawn()); i++) await pause(100);
  await late.evaluate(() => {
    const post = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'postMessage')!;
    const held: (() => void)[] = [];
    MessagePort.prototype.postMessage = function (...message: unknown[]): void {
      held.push(() => void Reflect.apply(post.value as typeof this.postMessage, this, message));
    };
    window.letGo = () => {
      Object.defineProperty(MessagePort.prototype, 'postMessage', post);
      for (const send of held) send();
    };
  });
  await late.focus('input[name=yaw]');
  await late.keyboard.press('Home');
  await frames(late);
  expect(await textOf(late, '#sliders label:first-child output')).toBe('-35°');
  expect(await drawn()).toBe(before);
  await late.evaluate(() => window.letGo!());
  for (let i = 0; i < 100 && (await drawn()) === before; i++) await pause(50);
  expect(await drawn()).not.toBe(before);
  expect(said).toEqual([]);
  await late.close();
});
