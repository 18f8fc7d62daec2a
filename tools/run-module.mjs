// Runs `main(process.argv)` of a TypeScript module (and the WGSL it imports) through Vite, so nothing is built first.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { vulkanEnvironment } from './software-driver.mjs';

export async function runModule(url) {
  const environment = vulkanEnvironment();
  if (Object.keys(environment).length > 0) {
    // The dynamic loader reads its path when a process starts.
    const env = { ...process.env, ...environment };
    process.exit(spawnSync(process.execPath, process.argv.slice(1), { stdio: 'inherit', env }).status ?? 1);
  }
  const { runnerImport } = await import('vite');
  const { module } = await runnerImport(fileURLToPath(url), { configFile: false, logLevel: 'error' });
  await module.main(process.argv);
}
