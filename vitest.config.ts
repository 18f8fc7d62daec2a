import { defineConfig } from 'vitest/config';

/**
 * Vulkan drivers keep threads of their own: each file in a process that ends. A software driver compiles on one core and
 * computes on all: two files at a time.
 */
const driven = { pool: 'forks', maxWorkers: 2, testTimeout: 120_000, hookTimeout: 300_000 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/{gpu,pages,external}/**'],
          testTimeout: 30_000,
          maxWorkers: '100%', // one more than Vitest would take
        },
      },
      { test: { name: 'gpu', include: ['tests/gpu/**/*.test.ts'], ...driven } },
      { test: { name: 'pages', include: ['tests/pages/**/*.test.ts'], ...driven } },
      { test: { name: 'external', include: ['tests/external/**/*.test.ts'], ...driven } },
    ],
  },
});
