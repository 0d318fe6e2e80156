import { defineConfig } from 'vitest/config'

/** The real CLIs against fake model APIs: `npm run test:clis`. One file at a time, since each keeps two cores busy. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/clis/**/*.clis.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    fileParallelism: false,
  },
})
