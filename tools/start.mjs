// `npm start`: the main job from a bare checkout.
import { run, setUp } from './setup.mjs';

const environment = setUp({ browser: false });
process.exit(run(process.execPath, ['tools/rho.mjs', 'demo', ...process.argv.slice(2)], environment) ? 0 : 1);
