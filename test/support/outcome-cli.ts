import { chmod, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One call's end: a status of the API, a text, or what it prints and exits with. */
export type Outcome =
  | { status: number; said?: string }
  | { text: string; exitCode?: number; lingers?: true }
  | { raw: string; exitCode: number }
  | 'hang'
  | 'flood'

/**
 * An executable with claude's output that ends its first call with the first outcome, and so on; all later calls end with
 * the last one. `calls` counts them.
 */
export async function writeOutcomeCli(
  folder: string,
  outcomes: Outcome[],
): Promise<{ path: string; calls(): Promise<number> }> {
  const path = join(folder, 'claude.mjs')
  await writeFile(path, program(folder, outcomes))
  await chmod(path, 0o755)
  const calls = async () => (await readdir(folder)).filter((name) => name.startsWith('call-of-')).length
  return { path, calls }
}

const program = (folder: string, outcomes: Outcome[]): string => `
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
const folder = ${JSON.stringify(folder)}
const outcomes = ${JSON.stringify(outcomes)}
readFileSync(0)
const number = readdirSync(folder).filter((name) => name.startsWith('call-of-')).length
writeFileSync(folder + '/call-of-' + process.pid, '')
const outcome = outcomes[Math.min(number, outcomes.length - 1)]
const print = (event) => console.log(JSON.stringify(event))
const result = (fields) => print({ type: 'result', subtype: 'success', total_cost_usd: 0.25, modelUsage: {}, ...fields })
if (outcome === 'hang') setInterval(() => {}, 1000)
else if (outcome === 'flood') {
  const line = 'Deprecated. '.repeat(100) + '\\n'
  const write = () => {
    while (process.stdout.write(line));
    process.stdout.once('drain', write)
  }
  write()
}
else if ('raw' in outcome) {
  console.log(outcome.raw)
  process.exitCode = outcome.exitCode
} else {
  print({ type: 'system', subtype: 'init', tools: ['Read'], mcp_servers: [] })
  if ('text' in outcome) {
    print({ type: 'assistant', message: { content: [{ type: 'text', text: outcome.text }] } })
    result({ is_error: false, result: outcome.text })
    process.exitCode = outcome.exitCode ?? 0
    if (outcome.lingers) setInterval(() => {}, 1000)
  } else {
    result({ is_error: true, api_error_status: outcome.status, result: outcome.said ?? 'scripted' })
    process.exitCode = 1
  }
}
`
