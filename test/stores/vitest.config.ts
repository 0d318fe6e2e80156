import { defineConfig } from 'vitest/config'
import { limits } from '../support/limits.ts'
import { emulatorCalled, emulators } from './emulators.ts'

declare module 'vitest' {
  interface ProvidedContext {
    emulator: string
  }
}

/** What the contract says about generations, sites, aborts and users: everything that is stored. */
const SUITES = ['abort', 'accounts', 'accounts-matrix', 'accounts-races', 'variants']

const { STORES = Object.keys(emulators).join() } = process.env

/** The contract on other people's DynamoDB, SQS and S3: `npm run test:stores`, or `STORES=moto,elasticmq npm run test:stores`. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    testTimeout: limits.test,
    hookTimeout: limits.hook,
    teardownTimeout: limits.teardown,
    expect: { poll: { timeout: limits.wait, interval: 25 } },
    maxWorkers: 2,
    projects: STORES.split(',').map((name) => ({
      extends: true,
      test: {
        name,
        include: ['test/stores/*.stores.ts', ...suitesOf(name)],
        globalSetup: 'test/stores/install.ts',
        setupFiles: 'test/stores/start.ts',
        provide: { emulator: name },
      },
    })),
  },
})

function suitesOf(name: string): string[] {
  const { without = [] } = emulatorCalled(name)
  return SUITES.filter((suite) => !without.includes(suite)).map((suite) => `test/contract/${suite}.test.ts`)
}
