import { defineConfig } from 'vite'

/** Builds the dashboard: one page, and files whose names contain a hash of their content. */
export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    // A data: URL would need an exception in the page's policy.
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
})
