import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

/**
 * Runs the suite while this machine has four times as much to do: four busy loops for each of its cores. Every limit is four times as
 * long, or as TEST_PATIENCE says, and nothing else may differ. Arguments go to vitest.
 */
const busy = Array.from({ length: 4 * availableParallelism() }, () => new Worker('for (;;) {}', { eval: true }))
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url))
console.log(`${busy.length} busy loops run beside the tests`)
const suite = spawn(process.execPath, [vitest, 'run', '--config', config, ...process.argv.slice(2)], {
  env: { TEST_PATIENCE: '4', ...process.env },
  stdio: 'inherit',
})
const [code] = await once(suite, 'exit')
// The loops end with this process.
process.exit(code ?? 1)
