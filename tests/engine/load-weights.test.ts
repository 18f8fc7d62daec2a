import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { loadWeights, type LoadOptions } from '../../src/engine/load-weights';
import { deleteCached, isCached, type CacheLike } from '../../src/engine/model-cache';
import { TINY_MODEL, tinyModelFile } from './tiny-model';

const URL_OF_MODEL = 'https://example.com/model.safetensors';

let file: Uint8Array<ArrayBuffer>;
let checksum: string;
beforeAll(async () => {
  file = await tinyModelFile();
  checksum = createHash('sha256').update(file).digest('hex');
});

/** A cache in memory; `full` refuses to keep anything, as a browser does without room. */
function memoryCache(full = false): CacheLike & { readonly kept: Map<string, Uint8Array<ArrayBuffer>> } {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    kept,
    match: (url) => Promise.resolve(kept.has(url) ? new Response(kept.get(url)) : undefined),
    async put(url, response) {
      if (full) throw new DOMException('no room', 'QuotaExceededError');
      kept.set(url, new Uint8Array(await response.arrayBuffer()));
    },
    delete: (url) => Promise.resolve(kept.delete(url)),
  };
}

/** A server that sends these bytes in chunks. */
const serving = (bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  vi.fn<typeof fetch>((_, init) => {
    init?.signal?.throwIfAborted();
    const chunk = Math.ceil(bytes.length / 3);
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += chunk) controller.enqueue(bytes.slice(at, at + chunk));
        controller.close();
      },
    });
    return Promise.resolve(new Response(body, { headers: { 'content-length': String(bytes.length), ...headers } }));
  });

const load = (options: LoadOptions = {}, onBytes?: (loaded: number, total?: number) => void) =>
  loadWeights(URL_OF_MODEL, { cache: 'none', ...options }, onBytes);

describe('from memory', () => {
  test('bytes, buffer, Blob and parsed models are taken', async () => {
    for (const weights of [file, file.buffer, new Blob([file])]) {
      const { model, cache, downloadedBytes } = await loadWeights(weights, { checksum });
      expect([cache, downloadedBytes]).toEqual(['no download', 0]);
      expect([...model.motion.keys()].sort()).toEqual([...TINY_MODEL.motion.keys()].sort());
    }
    expect((await loadWeights(TINY_MODEL, {})).model).toBe(TINY_MODEL);
  });

  test('other bytes are refused', async () => {
    await expect(loadWeights(new Uint8Array(100), {})).rejects.toMatchObject({ code: 'BAD_WEIGHTS' });
    await expect(loadWeights(file, { checksum: '0'.repeat(64) })).rejects.toMatchObject({ code: 'BAD_WEIGHTS' });
    await expect(loadWeights(file, { checksum: 'short' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('from a server', () => {
  test('bytes are counted on the way', async () => {
    const seen: (number | undefined)[][] = [];
    const { downloadedBytes } = await load({ fetch: serving(file) }, (...counts) => seen.push(counts));
    expect(downloadedBytes).toBe(file.length);
    expect(seen).toHaveLength(3);
    expect(seen.at(-1)).toEqual([file.length, file.length]);
  });

  test('a compressed body has no known length', async () => {
    const totals: unknown[] = [];
    const fetch = serving(file, { 'content-length': '17', 'content-encoding': 'gzip' });
    await load({ fetch }, (_, total) => totals.push(total));
    expect(new Set(totals)).toEqual(new Set([undefined]));
  });

  test.each([
    [
      'a missing file',
      () => vi.fn(() => Promise.resolve(new Response('', { status: 404, statusText: 'Not Found' }))),
      /404/,
    ],
    ['no network', () => vi.fn(() => Promise.reject(new TypeError('fetch failed'))), /fetch failed/],
    ['a torn body', () => serving(file, { 'content-length': String(file.length + 1) }), /bytes of/],
  ])('%s is FETCH', async (_, fetch, message) => {
    const loading = load({ fetch: fetch() });
    await expect(loading).rejects.toMatchObject({ code: 'FETCH' });
    await expect(loading).rejects.toThrow(message);
  });

  test('a wrong checksum and a damaged file are BAD_WEIGHTS, and not kept', async () => {
    const cache = memoryCache();
    await expect(load({ fetch: serving(file), cache, checksum: 'a'.repeat(64) })).rejects.toMatchObject({
      code: 'BAD_WEIGHTS',
    });
    const damaged = file.slice();
    damaged[damaged.length - 5]! ^= 1;
    await expect(load({ fetch: serving(damaged), cache })).rejects.toMatchObject({ code: 'BAD_WEIGHTS' });
    expect(cache.kept.size).toBe(0);
  });

  test('no URL at all is BAD_INPUT', async () => {
    await expect(loadWeights('model.safetensors', {})).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('aborting', () => {
  test('before, during, and with a reason of one’s own', async () => {
    const controller = new AbortController();
    controller.abort();
    const fetch = serving(file);
    await expect(load({ fetch, signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(fetch).not.toHaveBeenCalled();

    const during = new AbortController();
    const loading = load({ fetch: serving(file), signal: during.signal }, () => during.abort());
    await expect(loading).rejects.toMatchObject({ name: 'AbortError' });

    const reasoned = new AbortController();
    const hanging = vi.fn<typeof globalThis.fetch>(
      (_, init) =>
        new Promise((_resolve, reject) => init!.signal!.addEventListener('abort', () => reject(new Error('x')))),
    );
    const waiting = load({ fetch: hanging, signal: reasoned.signal });
    setTimeout(() => reasoned.abort(new Error('changed my mind')), 5);
    await expect(waiting).rejects.toThrow('changed my mind');
  });
});

describe('the cache', () => {
  test('serves the second visit', async () => {
    const [cache, fetch] = [memoryCache(), serving(file)];
    expect((await load({ fetch, cache, checksum })).cache).toBe('stored');
    expect(await isCached(URL_OF_MODEL, { cache, checksum })).toBe(true);
    expect(await isCached(URL_OF_MODEL, { cache })).toBe(false);
    const second = await load({ fetch, cache, checksum });
    expect([second.cache, second.downloadedBytes, fetch.mock.calls.length]).toEqual(['hit', 0, 1]);
    expect(await deleteCached(URL_OF_MODEL, { cache, checksum })).toBe(true);
    expect(await deleteCached(URL_OF_MODEL, { cache, checksum })).toBe(false);
  });

  test('without room, or broken, it only costs the next visit a download', async () => {
    expect((await load({ fetch: serving(file), cache: memoryCache(true) })).cache).toBe('not stored');
    const broken: CacheLike = {
      match: () => Promise.reject(new Error('broken')),
      put: () => Promise.reject(new Error('broken')),
      delete: () => Promise.reject(new Error('broken')),
    };
    expect((await load({ fetch: serving(file), cache: broken })).cache).toBe('not stored');
    expect(await isCached(URL_OF_MODEL, { cache: broken })).toBe(false);
    expect((await load({ fetch: serving(file), cache: 'cache-api' })).cache).toBe('not stored');
  });

  test('what is damaged in it is downloaded again', async () => {
    const [cache, fetch] = [memoryCache(), serving(file)];
    await load({ fetch, cache });
    for (const [key, bytes] of cache.kept) cache.kept.set(key, bytes.slice(0, 500));
    expect((await load({ fetch, cache })).cache).toBe('stored');
    expect(fetch).toHaveBeenCalledTimes(2);
    expect((await load({ fetch, cache })).cache).toBe('hit');
  });
});
