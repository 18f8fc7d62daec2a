// Makes bench/answers/answers.json; see make-answers.ts.
import { runModule } from '../../tools/run-module.mjs';

await runModule(new URL('./make-answers.ts', import.meta.url));
