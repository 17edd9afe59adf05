/** How the TypeScript tests are found and run. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { spillway: fileURLToPath(new URL('./src/index.ts', import.meta.url)) } },
  test: {
    include: ['test/**/*.test.{ts,mjs}'],
    // A native crash then takes one file's process with it, not the run.
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A forgotten `.only` must fail, not hide the rest.
    allowOnly: false,
  },
});
