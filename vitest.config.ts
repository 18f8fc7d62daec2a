import { defineConfig } from 'vitest/config';

/** Vulkan drivers keep threads of their own: one file at a time, each in a process that ends. */
const oneByOne = { pool: 'forks', fileParallelism: false, testTimeout: 120_000, hookTimeout: 300_000 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/{gpu,pages,external}/**'],
          testTimeout: 30_000,
        },
      },
      { test: { name: 'gpu', include: ['tests/gpu/**/*.test.ts'], ...oneByOne } },
      { test: { name: 'pages', include: ['tests/pages/**/*.test.ts'], ...oneByOne } },
      { test: { name: 'external', include: ['tests/external/**/*.test.ts'], ...oneByOne } },
    ],
  },
});
