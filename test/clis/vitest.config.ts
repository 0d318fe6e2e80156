import { defineConfig } from 'vitest/config'
import { limits } from '../support/limits.ts'

/** Tests of the real CLIs against fake model APIs: `npm run test:clis`. Two files at a time: each spends half of its time waiting. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/clis/**/*.clis.ts'],
    testTimeout: limits.test,
    hookTimeout: limits.hook,
    teardownTimeout: limits.teardown,
    maxWorkers: 2,
  },
})
