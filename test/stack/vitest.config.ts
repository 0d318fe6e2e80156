import { defineConfig } from 'vitest/config'
import { limits } from '../support/limits.ts'

/** Deploys the stack to an AWS emulator: `npm run test:stack`. Needs Python 3 and PyPI. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/stack/**/*.stack.ts'],
    testTimeout: limits.test,
    hookTimeout: limits.hook,
    teardownTimeout: limits.teardown,
  },
})
