import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Manifest;
const subpaths = Object.keys(manifest.exports).map((subpath) => subpath.replace('.', manifest.name));

const run = (cwd: string, file: string, ...args: string[]): string =>
  execFileSync(process.execPath, [file, ...args], { cwd, encoding: 'utf8', stdio: 'pipe' });

/** Outside of the checkout, where nothing of ours is found by chance: the package as built, and a project that installed it. */
const folder = mkdtempSync(join(tmpdir(), 'rho-package-'));
const built = join(folder, 'built');
const project = join(folder, 'project');
const installed = join(project, 'node_modules', manifest.name);
let packed: string[];

beforeAll(async () => {
  await build({ root, logLevel: 'error', build: { outDir: join(built, 'dist') } });
  run(root, 'tools/build-types.mjs', join(built, 'dist', 'types'));
  for (const file of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'src', 'tools', 'recipes'])
    cpSync(root + file, join(built, file), { recursive: true });
  // A shell, because npm is a script on Windows.
  const printed = execFileSync('npm pack --json --ignore-scripts', { cwd: built, encoding: 'utf8', shell: true });
  const [{ filename, files }] = JSON.parse(printed) as [{ filename: string; files: { path: string }[] }];
  packed = files.map(({ path }) => path);
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(built, filename), '--strip-components=1', '-C', installed]);
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the package holds what users need and nothing else', () => {
  const outside = packed.filter((path) => !path.startsWith('dist/'));
  expect(outside.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
  for (const path of packed) if (path.startsWith('dist/')) expect(path).toMatch(/\.(js|js\.map|d\.ts|md)$/);
});

test('every entry of exports has its types first, and its files', () => {
  for (const entry of Object.values(manifest.exports)) {
    expect(Object.keys(entry)[0]).toBe('types');
    for (const target of Object.values(entry)) expect(packed).toContain(target.replace('./', ''));
  }
});

/** A module and all that it imports, late imports left out. */
function withImports(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, target] of readFileSync(file, 'utf8').matchAll(/(?:\bfrom|^import)\s*"(\.[^"]+)"/gm))
    withImports(join(dirname(file), target!), found);
  return found;
}

test('the core is under 150 KB after gzip', () => {
  const files = [...withImports(join(installed, 'dist', 'index.js'))];
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  // Were an import missed, there would be next to nothing.
  expect(bytes).toBeGreaterThan(40_000);
  expect(bytes).toBeLessThan(150_000);
});

test('a fresh project imports every subpath in plain Node', () => {
  const lines = subpaths.map((subpath, i) => `import * as m${i} from '${subpath}';`);
  writeFileSync(join(project, 'all.js'), `${lines.join('\n')}\nconsole.log(typeof m0.create);`);
  expect(run(project, 'all.js').trim()).toBe('function');
});

test('a fresh project builds it with Vite, its worker included', async () => {
  writeFileSync(join(project, 'index.html'), '<!doctype html><script type="module" src="main.js"></script>');
  const code = `
    import { create } from 'rho-webgpu';
    import { createInWorker } from 'rho-webgpu/worker';
    console.log(create, createInWorker);`;
  writeFileSync(join(project, 'main.js'), code);
  await build({ root: project, configFile: false, logLevel: 'error' });
  const page = readFileSync(join(project, 'dist', 'index.html'), 'utf8');
  const [, script] = /src="\/(assets\/[^"]+\.js)"/.exec(page)!;
  const [worker] = /assets\/worker-entry-[\w-]+\.js/.exec(readFileSync(join(project, 'dist', script!), 'utf8'))!;
  expect(existsSync(join(project, 'dist', worker))).toBe(true);
});

test.each(['bundler', 'nodenext'])('declarations hold in a strict project, resolved as by %s', (resolution) => {
  const code = `
    import { create, RhoError, type Face, type Rho } from 'rho-webgpu';
    import { createPlayer, readRecording } from 'rho-webgpu/drivers/recording';
    import { profileProgram, type Profile } from 'rho-webgpu/profile';
    import { createInWorker } from 'rho-webgpu/worker';
    export const rho: Promise<Rho> = create({ weights: 'model.safetensors', size: 256 });
    export const same: Promise<Rho> = createInWorker({ weights: 'model.safetensors' });
    export const face: Face = createPlayer(readRecording({})).at(0);
    export const profile: (...values: Parameters<typeof profileProgram>) => Promise<Profile> = profileProgram;
    export const code: string = new RhoError('LIMIT', '').code;
    // @ts-expect-error: were a declaration not found, everything would be any.
    void create({ weights: 1 });
    ${subpaths.map((subpath) => `import '${subpath}';`).join(' ')}`;
  writeFileSync(join(project, 'main.ts'), code);
  const options = {
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable', 'esnext.disposable'],
    types: [],
    module: resolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution: resolution,
    strict: true,
    skipLibCheck: false,
    noEmit: true,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['main.ts'] }));
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  let said = '';
  try {
    run(project, tsc, '-p', '.');
  } catch (error) {
    said = (error as { stdout: string }).stdout;
  }
  expect(said).toBe('');
});
