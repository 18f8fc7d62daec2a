import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { build } from 'vite';
import { beforeAll, expect, test } from 'vitest';

/** What each subpath exports: a change here is a change for everybody. Types are in the API reference. */
const EXPORTS: Readonly<Record<string, readonly string[]>> = {
  index: [
    'NAMED_TENSORS',
    'RhoError',
    'create',
    'createEngine',
    'cropAround',
    'deleteCached',
    'faceInCrop',
    'isCached',
    'isSupported',
  ],
  convert: [
    'RhoError',
    'configurationOf',
    'convertCheckpoints',
    'mapsAsObjects',
    'networkOf',
    'readCheckpoint',
    'readModel',
    'writeModel',
  ],
  onnx: ['FEATURES', 'MOTION_INPUTS', 'frameModel', 'registerModel'],
  profile: [
    'chromeTrace',
    'dispatchRows',
    'kernelRows',
    'leastMs',
    'measureCeilings',
    'profileProgram',
    'requireTimestamps',
    'sampleFrames',
    'traceEvents',
  ],
  worker: ['createInWorker', 'serve'],
  'worker-entry': [],
  'drivers/mediapipe': ['MESH_POINTS', 'createMediaPipeDriver', 'fitPicture'],
  'drivers/recording': ['createPlayer', 'createRecorder', 'readRecording'],
  'drivers/rig': ['EXPRESSION_NAMES', 'IDENTITY_NAMES', 'RIG_RANGES', 'createRigDriver', 'poseHead'],
};

const root = fileURLToPath(new URL('../', import.meta.url));
const outDir = fileURLToPath(new URL('../out/exports-test/', import.meta.url));
beforeAll(() => build({ root, logLevel: 'error', build: { outDir, emptyOutDir: true, sourcemap: false } }), 60_000);

/** In a Node of its own, which has nothing of a page. */
const inBareNode = (code: string): string =>
  execFileSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' });

test.each(Object.entries(EXPORTS))('%s exports what it did, and touches no global when imported', (subpath, names) => {
  const url = JSON.stringify(new URL(`${subpath}.js`, `file://${outDir}`).href);
  // Any use of these while importing throws.
  const code = `
    const forbidden = ['window', 'document', 'self', 'GPUDevice', 'GPUBufferUsage', 'Worker', 'caches', 'navigator', 'fetch', 'ImageData'];
    for (const name of forbidden)
      Object.defineProperty(globalThis, name, { configurable: true, get() { throw new Error('it touches ' + name); } });
    console.log(JSON.stringify(Object.keys(await import(${url})).sort()));`;
  expect(JSON.parse(inBareNode(code))).toEqual(names);
});

test('package.json names every subpath, types first', () => {
  const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    exports: Record<string, Record<string, string>>;
  };
  const files = Object.values(manifest.exports).map((entry) => entry['default']);
  expect(files.sort()).toEqual(
    Object.keys(EXPORTS)
      .map((name) => `./dist/${name}.js`)
      .sort(),
  );
  for (const entry of Object.values(manifest.exports)) expect(Object.keys(entry)).toEqual(['types', 'default']);
});

test('the worker is found beside the library, by a literal that bundlers know', () => {
  const code = readFileSync(`${outDir}worker.js`, 'utf8');
  expect(code).toMatch(/new Worker\(new URL\("\.\/worker-entry\.js", import\.meta\.url\), \{\s*type: "module"/);
  const whole = ['index', 'worker', 'worker-entry'].map((name) => readFileSync(`${outDir}${name}.js`, 'utf8')).join('');
  expect(whole).not.toMatch(/\beval\(|new Function|createObjectURL/);
});
