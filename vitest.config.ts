import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', '**/dist/**', 'examples/**', '.paved/**'];

// Real processes on a busy machine can miss a deadline once. On a machine that nobody watches a test gets a second chance; at
// home it does not, so that a flaky one is seen and mended.
const retry = process.env['CI'] === undefined ? 0 : 2;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...exclude, '**/*.db.test.ts', 'drivers/**', 'e2e/**'],
          testTimeout: 15_000,
        },
      },
      // Drivers start and kill real processes: too slow for every commit.
      {
        test: {
          name: 'drivers',
          retry,
          include: ['drivers/**/*.test.ts'],
          exclude: [...exclude, '**/*.db.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'db',
          retry,
          include: ['**/*.db.test.ts'],
          exclude,
          globalSetup: ['packages/testing/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'e2e',
          retry,
          include: ['e2e/**/*.test.ts'],
          exclude,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          pool: 'forks',
          fileParallelism: false,
        },
      },
    ],
  },
});
