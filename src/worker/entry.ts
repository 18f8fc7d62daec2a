/** A worker that does nothing but serve `createInWorker`. Imported anywhere else it does nothing at all. */
import { serve, type WorkerScope } from './serve';

const { WorkerGlobalScope } = globalThis as { WorkerGlobalScope?: new () => WorkerScope };
if (WorkerGlobalScope && globalThis instanceof WorkerGlobalScope) serve(globalThis);
