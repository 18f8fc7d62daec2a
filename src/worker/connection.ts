import type { Progress, RhoEvents } from '../engine/api';
import type { Stats } from '../engine/stats';
import { RhoError } from '../errors';
import { CONNECT, unpackError, type Call, type Reply, type Request } from './protocol';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** The page's end of an engine in a worker. */
export interface Connection {
  /** What the worker last measured. */
  readonly stats: Stats | undefined;
  /** Asks for something and waits for it. An aborted call is rejected with the signal's reason at once. */
  call(request: WithoutId<Call>, transfer?: Transferable[], signal?: AbortSignal): Promise<unknown>;
  post(request: Request, transfer?: Transferable[]): void;
  onProgress(listener: (progress: Progress) => void): void;
  onEvent(listener: <K extends keyof RhoEvents>(event: K, value: RhoEvents[K]) => void): void;
  /** Disposes of the engine, and of the worker where it is our own; what is waited for is rejected with `reason`. */
  close(reason: unknown): void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

export function connect(worker: Worker, isOwn: boolean): Connection {
  const { port1: port, port2 } = new MessageChannel();
  const waiting = new Map<number, Waiting>();
  let stats: Stats | undefined;
  let calls = 0;
  let isClosed = false;
  /** A worker that has answered runs; later errors of its are its own affair. */
  let hasAnswered = false;
  let onProgress: ((progress: Progress) => void) | undefined;
  let onEvent: Parameters<Connection['onEvent']>[0] | undefined;

  const close = (reason: unknown): void => {
    if (isClosed) return;
    isClosed = true;
    port.postMessage({ type: 'dispose' } satisfies Request);
    waiting.forEach(({ reject }) => reject(reason));
    waiting.clear();
    worker.removeEventListener('error', onError);
    port.close();
    if (isOwn) worker.terminate();
  };

  const onError = ({ message }: ErrorEvent): void => {
    if (!hasAnswered)
      close(new RhoError('INTERNAL', `the worker does not run: ${message || 'its script could not be loaded'}`));
  };

  port.onmessage = ({ data }: MessageEvent<Reply>) => {
    hasAnswered = true;
    if (data.type === 'progress') return onProgress?.(data.progress);
    stats = data.stats ?? stats;
    if (data.type === 'event') return onEvent?.(data.event, data.value);
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.type === 'result') call?.resolve(data.value);
    else call?.reject(unpackError(data.error));
  };
  worker.addEventListener('error', onError);
  worker.postMessage(CONNECT, [port2]);

  return {
    get stats() {
      return stats;
    },
    call(request, transfer = [], signal) {
      return new Promise((resolve, reject) => {
        const id = calls++;
        const abort = (): void => {
          waiting.delete(id);
          port.postMessage({ type: 'abort', id } satisfies Request);
          reject(signal!.reason as Error);
        };
        const settle =
          <T>(end: (value: T) => void) =>
          (value: T): void => {
            signal?.removeEventListener('abort', abort);
            end(value);
          };
        try {
          port.postMessage({ ...request, id }, transfer);
        } catch (cause) {
          const message = cause instanceof Error ? cause.message : String(cause);
          return reject(new RhoError('BAD_INPUT', `this cannot go into the worker: ${message}`, { cause }));
        }
        signal?.addEventListener('abort', abort, { once: true });
        waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      });
    },
    post: (request, transfer = []) => port.postMessage(request, transfer),
    onProgress: (listener) => (onProgress = listener),
    onEvent: (listener) => (onEvent = listener),
    close,
  };
}
