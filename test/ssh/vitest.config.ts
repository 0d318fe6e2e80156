import { defineConfig } from 'vitest/config'
import { limits } from '../support/limits.ts'

/** Private repositories over SSH, on OpenSSH's own server: `npm run test:ssh`. Apart from `npm test`, which needs nothing but git. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/ssh/**/*.ssh.ts'],
    testTimeout: limits.test,
    hookTimeout: limits.hook,
    teardownTimeout: limits.teardown,
    expect: { poll: { timeout: limits.wait, interval: 25 } },
    maxWorkers: 2,
  },
})
