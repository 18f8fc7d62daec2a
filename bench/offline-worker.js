// Service worker of the built pages: they open without a network after one visit. By hand, since the library for it (Workbox)
// would double what `npm ci` installs. The build puts VERSION and FILES, all of dist-pages but what is large, in front.
//
// Pages are asked of the network first, so that a new build is seen at once. Files have hashes in their names and never change.
// Weights are kept by the engine, onnxruntime's WASM here once a page has used it.
/* global FILES, VERSION, caches, fetch, location, self */

const PREFIX = 'pages ';
const NAME = PREFIX + VERSION;
const WEIGHTS = /\.(safetensors|pth)$/;

// It takes over at once, so that a first visit's later requests come here; the files follow when the page says so.
self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('activate', (event) => event.waitUntil(takeOver()));

self.addEventListener('message', (event) => event.waitUntil(keepFiles()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin || WEIGHTS.test(pathname)) return;
  event.respondWith(request.mode === 'navigate' ? networkFirst(request) : cacheFirst(request));
});

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}

async function keepFiles() {
  const cache = await caches.open(NAME);
  const isKept = await Promise.all(FILES.map((file) => cache.match(file)));
  await cache.addAll(FILES.filter((_, i) => !isKept[i]));
}

async function networkFirst(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const page = await kept(request);
    if (page) return page;
    throw error;
  }
}

async function cacheFirst(request) {
  const found = await kept(request);
  if (found) return found;
  const response = await fetch(request);
  if (response.status === 200) {
    const copy = response.clone();
    // Without room for it, the next visit asks again.
    await caches
      .open(NAME)
      .then((cache) => cache.put(request, copy))
      .catch(() => undefined);
  }
  return response;
}

/** What was kept under an address; a query is the page's own business. */
async function kept({ url }) {
  const cache = await caches.open(NAME);
  const path = new URL(url).pathname.replace(/\/$/, '/index.html');
  return cache.match(path, { ignoreSearch: true });
}
