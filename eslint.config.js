import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** What each folder of src may import, besides itself and the files at the root of src that import nothing. */
const HOUSE = {
  gpu: [],
  kernels: ['gpu'],
  graph: ['gpu', 'kernels'],
  weights: [],
  model: ['kernels', 'graph', 'weights'],
  onnx: ['kernels', 'graph', 'weights', 'model'],
  profile: ['gpu', 'kernels', 'graph'],
  engine: ['gpu', 'kernels', 'graph', 'weights', 'model', 'onnx', 'profile'],
  drivers: ['engine'],
  worker: ['kernels', 'engine'],
};
const ROOTS = ['errors.ts', 'half.ts'];

/** What recipes use of a page. */
const PAGE_GLOBALS = [
  'AbortController',
  'Image',
  'OffscreenCanvas',
  'RTCPeerConnection',
  'console',
  'document',
  'fetch',
  'performance',
  'requestAnimationFrame',
];

const zones = Object.entries(HOUSE).map(([folder, allowed]) => ({
  target: `./src/${folder}`,
  from: './src',
  except: [folder, ...allowed, ...ROOTS].map((name) => `./${name}`),
  message: `src/${folder} may import only: ${[folder, ...allowed, ...ROOTS].join(', ')}.`,
}));

export default defineConfig(
  globalIgnores(['dist', 'dist-pages', 'out', '.cache']),
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // With noUncheckedIndexedAccess every read of an array needs one; bounds are the loops' own.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Index signatures are read with brackets, as the compiler option noPropertyAccessFromIndexSignature would have it.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { boolean: true, string: true } }],
    },
  },
  {
    files: ['**/*.{ts,js,mjs}'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.mjs', '.js'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.mjs', '.js'] })],
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            ...zones,
            ...['tools', 'bench', 'tests'].map((from) => ({
              target: './src',
              from: `./${from}`,
              message: 'src stands alone.',
            })),
            { target: './tools', from: ['./tests', './bench'], message: 'tools work without tests and pages.' },
            {
              target: './bench',
              from: './tests',
              except: ['./cases'],
              message: 'pages share the cases, not the tests.',
            },
            { target: './tests', from: './bench', message: 'tests open pages in a browser.' },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    files: ['recipes/**/*.{js,jsx}'],
    languageOptions: {
      parserOptions: { ecmaFeatures: { jsx: true } },
      globals: Object.fromEntries(PAGE_GLOBALS.map((name) => [name, 'readonly'])),
    },
  },
);
