import { defineConfig } from 'vitest/config'
import { limits } from '../support/limits.ts'

/** What takes longer than anybody waits for: `npm run test:long`, one file at a time. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/long/**/*.long.ts'],
    testTimeout: 7_200_000,
    hookTimeout: limits.hook,
    teardownTimeout: limits.teardown,
    fileParallelism: false,
  },
})
