const PERFETTO = 'https://ui.perfetto.dev';
/** How often, and how long, the new window is asked whether it is there. */
const PING_MS = 100;
const PATIENCE_MS = 30_000;

/**
 * Opens a trace in a new window of Perfetto's own site, which computes in that window and uploads nothing. Resolves once the
 * trace is handed over; throws in words where the window does not open or does not answer.
 */
export async function openInPerfetto(trace: string, title: string): Promise<void> {
  const opened = window.open(PERFETTO);
  if (!opened) throw new Error('the browser did not let this page open a window; the trace can be saved instead');
  await answered(opened);
  const buffer = new TextEncoder().encode(trace).buffer;
  opened.postMessage({ perfetto: { buffer, title } }, PERFETTO);
}

/** Perfetto answers PONG to PING as soon as it listens. */
function answered(opened: Window): Promise<void> {
  return new Promise((resolve, reject) => {
    const listen = ({ data, source }: MessageEvent): void => {
      if (source === opened && data === 'PONG') finish(resolve);
    };
    const ping = setInterval(() => opened.postMessage('PING', '*'), PING_MS);
    const timeout = setTimeout(
      () => finish(() => reject(new Error('Perfetto does not answer; the trace can be saved instead'))),
      PATIENCE_MS,
    );
    const finish = (then: () => void): void => {
      clearInterval(ping);
      clearTimeout(timeout);
      window.removeEventListener('message', listen);
      then();
    };
    window.addEventListener('message', listen);
  });
}
