import type { CreateOptions, Rho, RhoEvents, RhoSource } from '../engine/api';
import { create } from '../engine/create';
import { RhoError } from '../errors';
import { CONNECT, packError, type Call, type Created, type Reply, type Request } from './protocol';

/** What of a worker's global scope is needed. */
export interface WorkerScope {
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/** What a worker may give in place of what a message cannot carry. */
export type ServeOptions = Pick<CreateOptions, 'device' | 'gpu' | 'fetch' | 'cache'>;

/**
 * Makes a worker answer `createInWorker`: one engine for each call of it. Other messages are left alone, so a worker may have work of
 * its own besides.
 */
export function serve(scope: WorkerScope = globalThis, options: ServeOptions = {}): void {
  scope.addEventListener('message', ({ data, ports: [port] }) => {
    if (data === CONNECT && port) serveEngine(port, options);
  });
}

const EVENTS = ['lost', 'recovered', 'failed', 'warning'] as const satisfies (keyof RhoEvents)[];

function serveEngine(port: MessagePort, own: ServeOptions): void {
  let rho: Rho | undefined;
  let isClosed = false;
  const sources = new Map<number, RhoSource>();
  const targets = new Map<number, OffscreenCanvas>();
  const aborts = new Map<number, AbortController>();
  const post = (reply: Reply, transfer: Transferable[] = []): void => port.postMessage(reply, transfer);

  const find = <T>(map: ReadonlyMap<number, T>, number: number, what: string): T => {
    const found = map.get(number);
    if (found) return found;
    throw new RhoError('DISPOSED', `this ${what} was disposed of, or belongs to another engine`);
  };

  const alive = (): Rho => {
    if (rho) return rho;
    throw new RhoError('DISPOSED', 'this engine was disposed of');
  };

  const open = async (options: CreateOptions): Promise<Created> => {
    const created = await create({
      ...options,
      ...own,
      onProgress: (progress) => post({ type: 'progress', progress }),
    });
    if (isClosed) created.dispose();
    rho = created;
    for (const event of EVENTS)
      created.on(event, (value) => post({ type: 'event', event, value, stats: created.stats } as Reply));
    const { size, motionSize, precision } = created;
    return { size, motionSize, precision };
  };

  /** What a call gives, and what of it is moved instead of copied. */
  const answer = async (request: Call, signal: AbortSignal): Promise<readonly [unknown, Transferable[]?]> => {
    switch (request.type) {
      case 'create':
        return [await open({ ...request.options, signal })];
      case 'setSource': {
        const { source, image, face, crop } = request;
        try {
          sources.set(source, await alive().setSource(image, face, { crop, signal }));
        } finally {
          if ('close' in image) image.close();
        }
        return [undefined];
      }
      case 'readMotion': {
        const field = await alive().readMotion();
        return [field, [field.data.buffer]];
      }
      default: {
        const { source, face, target } = request;
        const registered = find(sources, source, 'source');
        if (target !== undefined) return [await alive().reenact(registered, face, find(targets, target, 'canvas'))];
        const { data } = await alive().reenact(registered, face);
        return [data, [data.buffer]];
      }
    }
  };

  const call = async (request: Call): Promise<void> => {
    const { id } = request;
    const abort = new AbortController();
    aborts.set(id, abort);
    try {
      const [value, transfer] = await answer(request, abort.signal);
      post({ type: 'result', id, value, stats: rho?.stats }, transfer);
    } catch (error) {
      post({ type: 'error', id, error: packError(error), stats: rho?.stats });
    } finally {
      aborts.delete(id);
    }
  };

  port.onmessage = ({ data }: MessageEvent<Request>) => {
    switch (data.type) {
      case 'target':
        targets.set(data.target, data.canvas);
        break;
      case 'disposeSource':
        sources.get(data.source)?.dispose();
        sources.delete(data.source);
        break;
      case 'abort':
        aborts.get(data.id)?.abort();
        break;
      case 'dispose':
        isClosed = true;
        aborts.forEach((abort) => abort.abort());
        rho?.dispose();
        port.close();
        break;
      default:
        void call(data);
    }
  };
}
