// `npm run bench:peers`: this engine and other runtimes on the same frame.
import { runModule } from '../tools/run-module.mjs';

await runModule(new URL('./peers/main.ts', import.meta.url));
