import { defineConfig } from 'vitest/config'

/** The runner's image without a container engine: `npm run test:image`. Needs root on Debian, and the package debootstrap. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/image/**/*.image.ts'],
    testTimeout: 180_000,
    hookTimeout: 900_000,
  },
})
