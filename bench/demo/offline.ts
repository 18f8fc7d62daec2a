/** A page that was reloaded past its service worker gets none. */
const PATIENCE_MS = 1000;

/**
 * Keeps the built pages for visits without a network. Resolves, within a moment, when what is loaded from then on is kept too.
 * A development server's files change all the time: those are left alone.
 */
export async function keepForOffline(): Promise<void> {
  if (import.meta.env.MODE !== 'pages' || !('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  const keep = (): void => serviceWorker.controller?.postMessage('keep');
  try {
    const taken = new Promise((resolve) => {
      serviceWorker.addEventListener('controllerchange', resolve, { once: true });
      setTimeout(resolve, PATIENCE_MS);
    });
    await serviceWorker.register('../offline-worker.js');
    if (!serviceWorker.controller) await taken;
    keep();
    // That of a new build takes over later.
    serviceWorker.addEventListener('controllerchange', keep);
  } catch {
    // A browser may forbid it, as in private windows: then the page is as it was.
  }
}
