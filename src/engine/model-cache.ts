/** What of the Cache API is used; a Cache is one. */
export interface CacheLike {
  match(url: string): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<void>;
  delete(url: string): Promise<boolean>;
}

/** Where downloads are kept: the browser's Cache API, nowhere, or a cache of the caller's. */
export type CacheChoice = 'cache-api' | 'none' | CacheLike;

export interface CachedModelOptions {
  /** As given to `create`. */
  readonly checksum?: string | undefined;
  /** `cache-api` unless given. */
  readonly cache?: CacheChoice | undefined;
}

const NAME = 'rho-webgpu';

/** True if a model of this address has been kept. Never throws. */
export async function isCached(url: string | URL, { checksum, cache }: CachedModelOptions = {}): Promise<boolean> {
  const store = await openCache(cache);
  const found = await store?.match(cacheKey(url, checksum)).catch(() => undefined);
  return found !== undefined;
}

/** Forgets a kept model; true if there was one. Never throws. */
export async function deleteCached(url: string | URL, { checksum, cache }: CachedModelOptions = {}): Promise<boolean> {
  const store = await openCache(cache);
  return (await store?.delete(cacheKey(url, checksum)).catch(() => false)) ?? false;
}

/** The cache of a choice; undefined where there is none, be it by choice, in Node or in a private window. */
export async function openCache(choice: CacheChoice = 'cache-api'): Promise<CacheLike | undefined> {
  if (choice === 'none') return undefined;
  if (choice !== 'cache-api') return choice;
  try {
    return await (globalThis as { caches?: CacheStorage }).caches?.open(NAME);
  } catch {
    return undefined;
  }
}

/** Caches compare addresses without their fragment, so the checksum goes into the query. */
export function cacheKey(url: string | URL, checksum: string | undefined): string {
  const absolute = absoluteUrl(url);
  absolute.hash = '';
  if (checksum !== undefined) absolute.searchParams.set('rho-sha256', checksum.toLowerCase());
  return absolute.href;
}

/** An address in full, as seen from the page or worker. Throws a TypeError where it is none. */
export function absoluteUrl(url: string | URL): URL {
  const { document, location } = globalThis as { document?: { baseURI: string }; location?: { href: string } };
  return new URL(url, document?.baseURI ?? location?.href);
}
