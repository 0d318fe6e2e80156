import { spawn } from 'node:child_process'
import { afterAll, inject } from 'vitest'
import { outputOf } from '../support/child-output.ts'
import { giveStores } from '../support/given-stores.ts'
import { limits } from '../support/limits.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { waitFor } from '../support/wait.ts'
import { emulatorCalled, folderOf } from './emulators.ts'

// Before each file of a suite: starts an emulator for it alone, with nothing in it.
const name = inject('emulator')
const emulator = emulatorCalled(name)
const data = await temporaryFolder(`stores-${name}`)
const { program, args, env } = emulator.start(folderOf(name), data.path)
const child = spawn(program, args, {
  cwd: data.path,
  env: { PATH: process.env.PATH, HOME: data.path, ...env },
  stdio: ['ignore', 'pipe', 'pipe'],
})
const output = outputOf(name, child)
afterAll(end)
const port = await waitFor(`${name} to listen`, findPort, Boolean, { limit: limits.generation }).catch(
  async (error) => {
    // The hooks of a file that could not be prepared are not called.
    await end()
    throw error
  },
)
giveStores(Object.fromEntries(emulator.stores.map((store) => [store, `http://127.0.0.1:${port}`])))

function findPort(): string | undefined {
  if (child.exitCode !== null) throw new Error(`${name} has ended: ${output.text()}`)
  return emulator.listens.exec(output.text())?.[1]
}

async function end(): Promise<void> {
  await output.end('SIGKILL')
  await data[Symbol.asyncDispose]()
}
