import { defineConfig } from 'vitest/config'
import { LongestFirst } from '../longest-first.ts'
import { limits } from '../support/limits.ts'

/** Tests in a real browser: Debian's `chromium`, or the one named by CHROMIUM. Run with `npm run test:browser`. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/browser/**/*.browser.ts'],
    testTimeout: limits.test,
    hookTimeout: limits.hook,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
})
