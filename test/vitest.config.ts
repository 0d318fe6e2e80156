import { defineConfig } from 'vitest/config'
import { LongestFirst } from './longest-first.ts'
import { limits } from './support/limits.ts'

/** What an edge could break: addresses, headers, bodies, statuses, downloads. `npm run test:edge` takes the whole contract. */
const behindTheEdge = ['accounts', 'addresses', 'bad-input', 'branches', 'variants'].map(
  (name) => `test/contract/${name}.test.ts`,
)

const synthesised = 'test/infra/**/*.test.ts'

export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    testTimeout: limits.test,
    hookTimeout: limits.hook,
    teardownTimeout: limits.teardown,
    expect: { poll: { timeout: limits.wait, interval: 25 } },
    // Many tests run whole services, and some wait most of their time: one more than two cores can do at once keeps them busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'docsfy', include: ['test/**/*.test.ts'], exclude: [synthesised] } },
      // Isolated, each file would load the CDK anew, which takes three times as long as its tests.
      { extends: true, test: { name: 'infra', include: [synthesised], isolate: false } },
      { extends: true, test: { name: 'edge', include: behindTheEdge, env: { CONTRACT_EDGE: 'on' } } },
    ],
  },
})
