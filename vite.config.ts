import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Two builds: the library into dist (`vite build`), and the pages into dist-pages (`vite build --mode pages`). */
export default defineConfig(({ mode, command }) => {
  if (command === 'serve' || mode === 'pages') {
    return {
      root: path('bench'),
      base: './',
      build: { outDir: path('dist-pages'), emptyOutDir: true, target: 'es2022' },
    };
  }
  return {
    build: {
      target: 'es2022',
      sourcemap: true,
      // What is bundled of others' code, with its licences.
      license: { fileName: 'third-party-licenses.md' },
      lib: {
        entry: { index: path('src/index.ts'), convert: path('src/convert.ts'), onnx: path('src/onnx/models.ts') },
        formats: ['es'],
      },
    },
  };
});
