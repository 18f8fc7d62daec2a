import { RhoError } from '../errors';
import { readModel } from '../weights/model-file';
import { sha256 } from '../weights/sha256';
import type { Model } from './model';
import { absoluteUrl, cacheKey, openCache, type CacheChoice, type CacheLike } from './model-cache';

/** A model file by address, bytes or Blob, or what `readModel` and others made of one. */
export type Weights = string | URL | ArrayBuffer | Uint8Array | Blob | Model;

export interface LoadOptions {
  /** Where a download is kept for the next visit; the browser's Cache API unless given. */
  readonly cache?: CacheChoice | undefined;
  /** SHA-256 of the whole file in hexadecimal. The file's own checksum over its tensors is always checked. */
  readonly checksum?: string | undefined;
  /** In place of the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where the weights came from: kept by an earlier visit, kept now, not kept because there was no room or no cache, or no download at all. */
export type CacheOutcome = 'hit' | 'stored' | 'not stored' | 'no download';

export interface LoadedWeights {
  readonly model: Model;
  /** Milliseconds that decoding and checking the file took. */
  readonly readMs: number;
  readonly downloadedBytes: number;
  readonly cache: CacheOutcome;
}

type OnBytes = (loaded: number, total: number | undefined) => void;

/** Loads a model. Throws FETCH, BAD_WEIGHTS, BAD_INPUT, and the signal's reason (an AbortError) where it is aborted. */
export async function loadWeights(weights: Weights, options: LoadOptions, onBytes?: OnBytes): Promise<LoadedWeights> {
  const { signal, checksum } = options;
  signal?.throwIfAborted();
  if (checksum !== undefined && !/^[0-9a-f]{64}$/i.test(checksum))
    throw new RhoError('BAD_INPUT', `the checksum "${checksum}" is no SHA-256: 64 hexadecimal digits`);
  if (typeof weights === 'string' || weights instanceof URL) return download(weights, options, onBytes);
  const start = performance.now();
  const model = await fromMemory(weights, checksum);
  signal?.throwIfAborted();
  return { model, readMs: performance.now() - start, downloadedBytes: 0, cache: 'no download' };
}

async function fromMemory(weights: ArrayBuffer | Uint8Array | Blob | Model, checksum?: string): Promise<Model> {
  if ('rendering' in weights) return weights;
  const buffer = 'arrayBuffer' in weights ? await weights.arrayBuffer() : weights;
  const bytes = buffer instanceof Uint8Array ? buffer : new Uint8Array(buffer);
  await checkSum(bytes, checksum, 'the given weights');
  return readModel(bytes, 'the given weights');
}

async function download(address: string | URL, options: LoadOptions, onBytes?: OnBytes): Promise<LoadedWeights> {
  const { checksum, signal } = options;
  const url = parseUrl(address);
  const key = cacheKey(url, checksum);
  const cache = await openCache(options.cache);
  const kept = await keptBytes(cache, key);
  if (kept) {
    try {
      await checkSum(kept, checksum, url.href);
      const { model, readMs } = await timedModel(kept, url.href);
      signal?.throwIfAborted();
      onBytes?.(kept.length, kept.length);
      return { model, readMs, downloadedBytes: 0, cache: 'hit' };
    } catch (error) {
      signal?.throwIfAborted();
      // What was kept is damaged, or the server has another file by now: once more from there.
      if (!(error instanceof RhoError)) throw error;
      await cache?.delete(key).catch(() => false);
    }
  }
  const bytes = await fetchBytes(url, options, onBytes);
  await checkSum(bytes, checksum, url.href);
  const { model, readMs } = await timedModel(bytes, url.href);
  signal?.throwIfAborted();
  const isStored = await keep(cache, key, bytes);
  return { model, readMs, downloadedBytes: bytes.length, cache: isStored ? 'stored' : 'not stored' };
}

async function timedModel(bytes: Uint8Array, name: string): Promise<{ model: Model; readMs: number }> {
  const start = performance.now();
  return { model: await readModel(bytes, name), readMs: performance.now() - start };
}

function parseUrl(address: string | URL): URL {
  try {
    return absoluteUrl(address);
  } catch (cause) {
    throw new RhoError('BAD_INPUT', `the weights' address "${String(address)}" is no URL`, { cause });
  }
}

async function fetchBytes(url: URL, options: LoadOptions, onBytes?: OnBytes): Promise<Uint8Array<ArrayBuffer>> {
  const { fetch: fetchIt = globalThis.fetch, signal } = options;
  try {
    const response = await fetchIt(url, signal ? { signal } : {});
    if (!response.ok)
      throw new RhoError('FETCH', `${url.href} answers ${response.status} ${response.statusText}`.trim());
    return await readBody(response, signal, onBytes);
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof RhoError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new RhoError('FETCH', `${url.href} could not be downloaded: ${message}`, { cause });
  }
}

async function readBody(
  response: Response,
  signal: AbortSignal | undefined,
  onBytes?: OnBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  // Where the body is compressed on its way, the length is that of the compressed one.
  const length = response.headers.has('content-encoding') ? null : response.headers.get('content-length');
  const total = length === null ? undefined : Number(length);
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) break;
      chunks.push(value);
      loaded += value.length;
      onBytes?.(loaded, total);
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    throw error;
  }
  if (total !== undefined && loaded !== total)
    throw new RhoError('FETCH', `${response.url || 'the server'} sent ${loaded} bytes of ${total}; try again`);
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

async function keptBytes(cache: CacheLike | undefined, key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const response = await cache?.match(key);
    return response && new Uint8Array(await response.arrayBuffer());
  } catch {
    return undefined;
  }
}

/** False where there is no cache, or no room in it: the weights are in memory, and will be downloaded again next time. */
async function keep(cache: CacheLike | undefined, key: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  if (!cache) return false;
  try {
    await cache.put(key, new Response(bytes, { headers: { 'content-length': String(bytes.length) } }));
    return true;
  } catch {
    return false;
  }
}

async function checkSum(bytes: Uint8Array, checksum: string | undefined, name: string): Promise<void> {
  if (checksum === undefined) return;
  const actual = await sha256(bytes);
  if (actual !== checksum.toLowerCase())
    throw new RhoError('BAD_WEIGHTS', `${name} has the SHA-256 ${actual} instead of ${checksum.toLowerCase()}`);
}
