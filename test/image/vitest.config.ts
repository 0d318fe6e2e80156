import { defineConfig } from 'vitest/config'
import { limits } from '../support/limits.ts'

/** Tests both images without a container engine: `npm run test:image`. Needs root on Debian, and debootstrap. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/image/**/*.image.ts'],
    globalSetup: 'test/image/build-images.ts',
    maxWorkers: 2,
    testTimeout: limits.test,
    expect: { poll: { timeout: limits.wait, interval: 25 } },
    hookTimeout: 900_000,
  },
})
