import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { currentCommit } from './tools/commit.ts';

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/**
 * Leaves `new Worker(new URL('./worker-entry.js', import.meta.url), …)` in the library as it would be written by hand, for browsers
 * and the bundlers of those who use it. Vite would bundle the worker a second time and hide its address from them.
 */
const plainWorker: Plugin = {
  name: 'plain-worker',
  enforce: 'post',
  generateBundle(_, bundle) {
    const worker = Object.values(bundle).find((chunk) => chunk.type === 'chunk' && chunk.name === 'worker');
    const address = /new URL\(\s*\/\* @vite-ignore \*\/\s*"\/assets\/entry-[\w-]+\.js",\s*"" \+ import\.meta\.url\s*\)/;
    if (worker?.type !== 'chunk' || !address.test(worker.code)) throw new Error('the worker’s address was not found');
    worker.code = worker.code.replace(address, 'new URL("./worker-entry.js", import.meta.url)');
    for (const name of Object.keys(bundle)) if (name.startsWith('assets/')) Reflect.deleteProperty(bundle, name);
  },
};

/** Puts the service worker of bench/offline-worker.js beside the pages, with the list of what it keeps. */
const offlineWorker: Plugin = {
  name: 'offline-worker',
  apply: 'build',
  enforce: 'post',
  generateBundle(_, bundle) {
    const kept = Object.values(bundle).filter(({ fileName }) => !/\.(wasm|safetensors|map|md)$/.test(fileName));
    const hash = createHash('sha256');
    for (const file of kept) hash.update(file.fileName).update(file.type === 'chunk' ? file.code : file.source);
    const version = JSON.stringify(hash.digest('hex').slice(0, 16));
    const files = JSON.stringify(kept.map(({ fileName }) => fileName));
    const code = readFileSync(path('bench/offline-worker.js'), 'utf8');
    this.emitFile({
      type: 'asset',
      fileName: 'offline-worker.js',
      source: `const VERSION = ${version};\nconst FILES = ${files};\n${code}`,
    });
  },
};

/** The pages of bench, as far as they are there. */
const PAGES = ['index.html', 'profile.html', 'playground.html', 'demo/index.html'];

/** Two builds: the library into dist (`vite build`), and the pages into dist-pages (`vite build --mode pages`). */
export default defineConfig(({ mode, command }) => {
  if (command === 'serve' || mode === 'pages') {
    return {
      root: path('bench'),
      base: './',
      plugins: [offlineWorker],
      define: { __COMMIT__: JSON.stringify(currentCommit()) },
      // The pages read pictures and models of demo, which lies beside their root.
      server: { fs: { allow: [path('.')] } },
      // It finds its WASM beside itself, which bundling in advance would move away.
      // Charts are imported late: found only then, they would have the page loaded a second time.
      optimizeDeps: { exclude: ['onnxruntime-web'], include: ['uplot', '@observablehq/plot'] },
      // The demo's worker loads onnxruntime only where it needs it.
      worker: { format: 'es' },
      build: {
        outDir: path('dist-pages'),
        license: { fileName: 'third-party-licenses.md' },
        emptyOutDir: true,
        target: 'es2022',
        rolldownOptions: { input: PAGES.map((page) => path(`bench/${page}`)).filter((page) => existsSync(page)) },
      },
    };
  }
  return {
    plugins: [plainWorker],
    build: {
      target: 'es2022',
      sourcemap: true,
      // What is bundled of others' code, with its licences.
      license: { fileName: 'third-party-licenses.md' },
      lib: {
        entry: {
          index: path('src/index.ts'),
          convert: path('src/convert.ts'),
          onnx: path('src/onnx/models.ts'),
          profile: path('src/profile.ts'),
          worker: path('src/worker.ts'),
          'worker-entry': path('src/worker/entry.ts'),
          'drivers/mediapipe': path('src/drivers/mediapipe.ts'),
          'drivers/recording': path('src/drivers/recording.ts'),
          'drivers/rig': path('src/drivers/rig.ts'),
        },
        formats: ['es'],
      },
    },
  };
});
