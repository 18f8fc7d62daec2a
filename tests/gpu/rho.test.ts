import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CreateOptions, Rho, RhoEvents, RhoSource } from '../../src/engine/api';
import { create } from '../../src/engine/create';
import { createEngine } from '../../src/engine/engine';
import { isSupported } from '../../src/engine/support';
import { someFace, somePicture } from '../engine/faces';
import { TINY_MODEL, tinyModelFile } from '../engine/tiny-model';
import { openTestDevice } from './device';
import { nodeGpu } from './node-gpu';

const SIZE = 64;
const face = someFace('source');
const picture = somePicture('source', SIZE);
const open = (options: Partial<CreateOptions> = {}): Promise<Rho> =>
  create({ weights: TINY_MODEL, size: SIZE, gpu: nodeGpu, ...options });

let device: GPUDevice;
let close: () => void;
/** What the engine alone gives: the truth for everything around it. */
let expected: Map<string, number[]>;
beforeAll(async () => {
  ({ device, close } = await openTestDevice());
  const engine = await createEngine({ device, model: TINY_MODEL, size: SIZE });
  const source = await engine.setSource(picture, face);
  expected = new Map();
  for (const name of ['a', 'b', 'c']) expected.set(name, [...(await engine.reenact(source, someFace(name))).data]);
  engine.dispose();
});
afterAll(() => close());
afterEach(() => vi.restoreAllMocks());

test('support is told without downloading anything', async () => {
  const support = await isSupported({ gpu: nodeGpu });
  expect(support).toMatchObject({ supported: true, isSoftware: true });
  expect(await isSupported()).toMatchObject({ supported: false, code: 'NO_WEBGPU' });
  const blind = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
  expect(await isSupported({ gpu: blind })).toMatchObject({ supported: false, code: 'NO_ADAPTER' });
});

test('nothing is downloaded where there is no GPU', async () => {
  const fetch = vi.fn<typeof globalThis.fetch>();
  const options = { weights: 'https://example.com/model', fetch };
  await expect(create(options)).rejects.toMatchObject({ code: 'NO_WEBGPU' });
  const gpu = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
  await expect(create({ ...options, gpu })).rejects.toMatchObject({ code: 'NO_ADAPTER' });
  expect(fetch).not.toHaveBeenCalled();
});

describe('an engine', () => {
  let rho: Rho;
  let source: RhoSource;
  const phases: string[] = [];
  beforeAll(async () => {
    const bytes = await tinyModelFile();
    const fetch = () => Promise.resolve(new Response(bytes, { headers: { 'content-length': String(bytes.length) } }));
    const onProgress: CreateOptions['onProgress'] = ({ phase, loaded, total }) =>
      phases.push(`${phase} ${loaded === total}`);
    rho = await open({ weights: 'https://example.com/model', fetch, onProgress });
    source = await rho.setSource(picture, face);
  });
  afterAll(() => rho.dispose());

  test('tells its sizes and how its creation went', () => {
    expect([rho.size, rho.motionSize, rho.precision]).toEqual([SIZE, SIZE, 'f32']);
    expect(phases[0]).toMatch(/^download/);
    expect(phases).toContain('download true');
    expect(phases.at(-1)).toBe('compile true');
    expect(rho.stats).toMatchObject({ cache: 'not stored', frames: 0, recoveries: 0, frameMs: undefined });
  });

  test('gives the frames of the engine beneath it', async () => {
    const { data, width, height } = await rho.reenact(source, someFace('a'));
    expect([width, height]).toEqual([SIZE, SIZE]);
    expect([...data]).toEqual(expected.get('a'));
  });

  test('leaves no frame out that is to be read, and keeps a face as it was when asked', async () => {
    const changing = someFace('a');
    const frames = ['a', 'b', 'c', 'b', 'a'].map((name) => {
      (changing.landmarks as Float32Array).set(Array.from(someFace(name).landmarks));
      (changing.headPose as number[]).splice(0, 6, ...Array.from(someFace(name).headPose));
      return rho.reenact(source, changing);
    });
    const names = ['a', 'b', 'c', 'b', 'a'];
    for (const [i, { data }] of (await Promise.all(frames)).entries())
      expect([...data]).toEqual(expected.get(names[i]!));
  });

  test('keeps sources apart, and gives them up', async () => {
    const other = await rho.setSource(somePicture('other', 50, 70), someFace('other'));
    const held = rho.stats.gpuBytes;
    const [mine, theirs] = await Promise.all([rho.reenact(source, someFace('b')), rho.reenact(other, someFace('b'))]);
    expect([...mine.data]).toEqual(expected.get('b'));
    expect([...theirs.data]).not.toEqual(expected.get('b'));
    other[Symbol.dispose]();
    expect(rho.stats.gpuBytes).toBeLessThan(held);
    await expect(rho.reenact(other, face)).rejects.toMatchObject({ code: 'DISPOSED' });
  });

  test('registers pictures of several sizes at once', async () => {
    const sizes = [30, 64, 90, 31];
    const sources = await Promise.all(sizes.map((size) => rho.setSource(somePicture(`at once ${size}`, size), face)));
    const frames = [];
    for (const each of sources) frames.push([...(await rho.reenact(each, face)).data]);
    for (const [i, size] of sizes.entries()) {
      const alone = await rho.setSource(somePicture(`at once ${size}`, size), face);
      expect([...(await rho.reenact(alone, face)).data], `${size}`).toEqual(frames[i]);
      alone.dispose();
      sources[i]!.dispose();
    }
  });

  test('a crop is as good as the part itself', async () => {
    const large = somePicture('large', 100, 90);
    const crop = { x: 20, y: 10, width: SIZE, height: SIZE };
    const rows = Array.from({ length: SIZE }, (_, y) =>
      large.data.subarray(((y + 10) * 100 + 20) * 4, ((y + 10) * 100 + 84) * 4),
    );
    const part = { width: SIZE, height: SIZE, data: Uint8Array.from(rows.flatMap((row) => [...row])) };
    const [cropped, whole] = [await rho.setSource(large, face, { crop }), await rho.setSource(part, face)];
    expect([...(await rho.reenact(cropped, face)).data]).toEqual([...(await rho.reenact(whole, face)).data]);
    for (const each of [cropped, whole]) each.dispose();
  });

  test.each([
    ['nothing', undefined],
    ['a number', 7],
    ['no pixels', { width: 0, height: 0, data: new Uint8Array() }],
    ['a huge picture', { width: 20_000, height: 1, data: new Uint8Array(80_000) }],
    ['too few bytes', { width: 2, height: 2, data: new Uint8Array(15) }],
  ])('refuses %s as a picture', async (_, image) => {
    await expect(rho.setSource(image as never, face)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test.each([
    ['no face', undefined],
    ['half a face', { landmarks: face.landmarks }],
    ['71 points', { landmarks: new Float32Array(142), headPose: face.headPose }],
    ['a pose of five', { landmarks: face.landmarks, headPose: [0, 0, 0, 0, 0] }],
    ['what is not finite', { landmarks: face.landmarks, headPose: [0, 0, 0, 0, Infinity, 0] }],
  ])('refuses %s', async (_, wrong) => {
    await expect(rho.setSource(picture, wrong as never)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(rho.reenact(source, wrong as never)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('warns of a pose it does not know, once', async () => {
    const turned = { landmarks: face.landmarks, headPose: [0, 1.2, 0, 0.25, -0.25, 0.0012] };
    const warnings: RhoEvents['warning'][] = [];
    const stop = rho.on('warning', (warning) => warnings.push(warning));
    await rho.reenact(source, turned);
    await rho.reenact(source, turned);
    stop();
    expect(warnings).toEqual([{ kind: 'head-pose', message: expect.stringMatching(/69 degrees/) as string }]);
  });

  test('an aborted registration leaves nothing behind', async () => {
    const controller = new AbortController();
    const held = rho.stats.gpuBytes;
    const registering = rho.setSource(somePicture('aborted', SIZE), face, { signal: controller.signal });
    controller.abort();
    await expect(registering).rejects.toMatchObject({ name: 'AbortError' });
    await expect(rho.setSource(picture, face, { signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(rho.stats.gpuBytes).toBe(held);
  });

  test('times what it does', async () => {
    await rho.reenact(source, face);
    const { firstFrameMs, registerMs, frameMs, gpuBytes, weightBytes, loadMs, compileMs } = rho.stats;
    for (const ms of [firstFrameMs, registerMs, frameMs?.median, frameMs?.p95, loadMs, compileMs])
      expect(ms).toBeGreaterThan(0);
    const { readMs, planMs } = rho.stats;
    expect(readMs).toBeGreaterThan(0);
    expect(planMs).toBeGreaterThan(0);
    expect(loadMs).toBeGreaterThanOrEqual(readMs);
    expect(compileMs).toBeGreaterThan(planMs);
    expect(gpuBytes).toBeGreaterThan(weightBytes);
    expect(weightBytes).toBeGreaterThan(1000);
  });

  test('gives the motion field of the last frame where it is kept', async () => {
    const keeping = await open({ keepMotion: true, device });
    const kept = await keeping.setSource(picture, face);
    expect([...(await keeping.reenact(kept, someFace('a'))).data]).toEqual(expected.get('a'));
    const { width, height, data } = await keeping.readMotion();
    expect([width, height]).toEqual([SIZE / 4, SIZE / 4]);
    const engine = await createEngine({ device, model: TINY_MODEL, size: SIZE, keep: ['motion_2'] });
    await engine.reenact(await engine.setSource(picture, face), someFace('a'));
    expect(data).toEqual((await engine.readTensor('motion_2')).data);
    engine.dispose();
    keeping.dispose();
    await expect(keeping.readMotion()).rejects.toMatchObject({ code: 'DISPOSED' });
    await expect(rho.readMotion()).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('creating', () => {
  test('two at once, on one device or two', async () => {
    const rhos = await Promise.all([open({ device }), open({ device }), open()]);
    for (const rho of rhos) {
      const source = await rho.setSource(picture, face);
      expect([...(await rho.reenact(source, someFace('c'))).data]).toEqual(expected.get('c'));
      rho.dispose();
    }
    // The caller's device still works.
    const again = await open({ device: () => device });
    expect(again.device).toBe(device);
    again.dispose();
  });

  test.each([
    [{ size: 63 }, 'BAD_INPUT'],
    [{ size: 64, motionSize: 40 }, 'BAD_INPUT'],
    [{ weights: new Uint8Array(9) }, 'BAD_WEIGHTS'],
    [{ size: 8192, motionSize: 64 }, 'LIMIT'],
  ] as [Partial<CreateOptions>, string][])('%j is refused', async (options, code) => {
    await expect(open({ device, ...options })).rejects.toMatchObject({ code });
  });

  test('an aborted one ends with AbortError, at any stage', async () => {
    const early = new AbortController();
    early.abort();
    await expect(open({ device, signal: early.signal })).rejects.toMatchObject({ name: 'AbortError' });
    const late = new AbortController();
    const creating = open({ device, signal: late.signal, onProgress: () => late.abort() });
    await expect(creating).rejects.toMatchObject({ name: 'AbortError' });
  });
});
