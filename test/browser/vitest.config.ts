import { defineConfig } from 'vitest/config'

/** In a real browser, Debian's `chromium` or the one that CHROMIUM names: `npm run test:browser`. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/browser/**/*.browser.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
