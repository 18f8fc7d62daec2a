// Every kernel through Naga and on real float16: tests/naga/check-kernels.ts in Deno, on Mesa's software driver. Deno is
// fetched on first use, since only this needs its 90 MB.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { ROOT } from './setup.mjs';
import { findLavapipe } from './software-driver.mjs';

const DENO = 'deno@2.9.6';
const FOLDER = join(ROOT, '.cache', DENO);

function findDeno() {
  const scope = join(FOLDER, 'node_modules', '@deno');
  const [platform] = existsSync(scope) ? readdirSync(scope) : [];
  const names = ['deno', 'deno.exe'].map((name) => join(scope, platform ?? '', name));
  return names.find((path) => platform !== undefined && existsSync(path));
}

/** The counts of the run; undefined where Mesa's driver is not installed. */
export async function testNaga() {
  const driver = findLavapipe();
  if (!driver) return undefined;
  if (!findDeno()) {
    const command = `npm install --prefix "${FOLDER}" --ignore-scripts --no-audit --no-fund --no-save ${DENO}`;
    spawnSync(command, { cwd: ROOT, stdio: 'inherit', shell: true });
  }
  const { build } = await import('vite');
  const outDir = join(ROOT, 'out', 'naga');
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: { ssr: 'tests/naga/check-kernels.ts', outDir, emptyOutDir: true, target: 'es2022' },
  });
  const env = { ...process.env, VK_ICD_FILENAMES: driver, XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir() };
  const args = ['run', '--unstable-webgpu', '--allow-all', join(outDir, 'check-kernels.js')];
  const { stdout } = spawnSync(findDeno() ?? 'deno', args, {
    cwd: ROOT,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.stdout.write(stdout ?? '');
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(stdout ?? '') ?? [];
  // No closing line: it died before the end.
  return { passed: Number(passed ?? 0), failed: Number(failed ?? 1) };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const counts = await testNaga();
  if (!counts)
    console.error('Mesa has no software Vulkan driver here; install it (Debian: apt install mesa-vulkan-drivers)');
  process.exit(counts?.failed === 0 ? 0 : 1);
}
