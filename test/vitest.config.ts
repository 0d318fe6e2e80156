import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    include: ['test/**/*.test.ts'],
    // Time-outs catch a hang; nothing here is timed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    // Many tests run whole services: more at once than cores only makes each slower.
    maxWorkers: 2,
  },
})
