/** The engine in a worker: `createInWorker` for pages, `serve` for workers. */
export { createInWorker, type WorkerOptions } from './worker/client';
export { serve, type ServeOptions, type WorkerScope } from './worker/serve';
