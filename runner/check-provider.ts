import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CliEnv, readEnv } from '../shared/env.ts'
import { createLog } from '../shared/log.ts'
import { removeTree } from '../shared/remove-tree.ts'
import { Provider } from '../shared/variant.ts'
import { checkProvider } from './ai/call/ask.ts'

// Prints as JSON whether a provider's CLI starts, as every attempt requires before it clones anything: `{ok, text}` with the version, or
// `{ok, kind, message}`.
const provider = Provider.parse(process.argv[2])
const scratch = await mkdtemp(join(tmpdir(), 'docsfy-check-'))
try {
  const log = createLog({ level: 'error', write: (line) => process.stderr.write(`${line}\n`) })
  const { signal } = new AbortController()
  console.log(JSON.stringify(await checkProvider(readEnv(CliEnv), { provider, scratch, signal, log })))
} finally {
  await removeTree(scratch)
}
