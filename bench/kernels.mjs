// Benches single kernels over the cases of tests/cases: loads bench/kernels.ts (and the WGSL it imports) through Vite.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { vulkanEnvironment } from '../tools/software-driver.mjs';

const environment = vulkanEnvironment();
if (Object.keys(environment).length > 0) {
  // The dynamic loader reads its path when a process starts.
  const env = { ...process.env, ...environment };
  process.exit(spawnSync(process.execPath, process.argv.slice(1), { stdio: 'inherit', env }).status ?? 1);
}
const { runnerImport } = await import('vite');
const path = fileURLToPath(new URL('./kernels.ts', import.meta.url));
const { module } = await runnerImport(path, { configFile: false, logLevel: 'error' });
await module.main(process.argv);
