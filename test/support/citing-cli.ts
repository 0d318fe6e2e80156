import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { compileCache } from './compile-cache.ts'
import { excerptsOf } from './excerpts.ts'
import { planFolders, updateFolders } from './plan-folders.ts'

/** What the CLI does from now on. */
export interface CitingScript {
  /** Its answer to a prompt for a plan; without one it plans a page for each folder. */
  plan?: object | string
  /** What it adds to pages, by their titles. */
  adds?: Record<string, string>
  /** Titles of pages that it fails to write, and of those that it holds until it is ended. */
  fails?: string[]
  hangs?: string[]
}

export interface CitingCall {
  /** `plan`, or a page's title. */
  what: string
  prompt: string
}

export interface CitingCli {
  /** The executable, for AI_CLI_CLAUDE. */
  path: string
  follow(script: CitingScript): Promise<void>
  /** The calls since this was last asked. */
  newCalls(): Promise<CitingCall[]>
}

/**
 * A real executable with claude's command line and output. It reads the files that a page's prompt names, and writes a page that links
 * and quotes the first few definitions of each. So a page says exactly what these files held when it was written.
 */
export async function writeCitingCli(folder: string): Promise<CitingCli> {
  const path = join(folder, 'claude.mjs')
  const [me, cache] = [fileURLToPath(import.meta.url), compileCache.NODE_COMPILE_CACHE].map((value) =>
    JSON.stringify(value),
  )
  const program = [
    "import { enableCompileCache } from 'node:module'",
    `enableCompileCache(${cache})`,
    `const { play } = await import(${me})`,
    `await play(${JSON.stringify(folder)})`,
  ]
  await writeFile(path, program.join('\n'))
  await chmod(path, 0o755)
  const follow = async (script: CitingScript) => await writeFile(join(folder, SCRIPT), JSON.stringify(script))
  await follow({})
  let seen = 0
  return {
    path,
    follow,
    async newCalls() {
      const file = join(folder, CALLS)
      const lines = existsSync(file) ? (await readFile(file, 'utf8')).trim().split('\n') : []
      const fresh = lines.slice(seen)
      seen = lines.length
      return fresh.map((line) => JSON.parse(line))
    },
  }
}

const SCRIPT = 'script.json'
const CALLS = 'calls.jsonl'

/** The executable's whole program. */
export async function play(folder: string): Promise<void> {
  if (process.argv.includes('--version')) return console.log('0.0.1 (citing)')
  const prompt = await text(process.stdin)
  const script: CitingScript = JSON.parse(readFileSync(join(folder, SCRIPT), 'utf8'))
  const title = /^The page: "([^"\n]*)"/m.exec(prompt)?.[1]
  appendFileSync(join(folder, CALLS), `${JSON.stringify({ what: title ?? 'plan', prompt })}\n`)
  if (title === undefined) return finish(answerToPlan(script, prompt))
  if (script.hangs?.includes(title)) await new Promise(() => setInterval(() => undefined, 1_000))
  if (script.fails?.includes(title)) return finish('')
  finish(pageOf(title, prompt, script.adds?.[title]))
}

function answerToPlan({ plan }: CitingScript, prompt: string): string {
  if (typeof plan === 'string') return plan
  if (plan) return JSON.stringify(plan)
  const [, current] = /The current plan:\n<<<<\n([\s\S]*?)\n>>>>/.exec(prompt) ?? []
  return JSON.stringify(current === undefined ? planFolders('.') : updateFolders('.', JSON.parse(current)))
}

function pageOf(title: string, prompt: string, added = ''): string {
  const [, list = ''] = /^Read these files first: (.*)$/m.exec(prompt) ?? []
  const paths = [...list.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path)
  const sections = paths.filter((path) => existsSync(path)).map(excerptsOf)
  return `# ${title}\n\nWhat ${title} holds.\n\n${sections.join('\n')}\n${added}\n<!-- docsfy:end -->`
}

function finish(answer: string): void {
  const emit = (event: object) => console.log(JSON.stringify(event))
  emit({ type: 'system', subtype: 'init', tools: ['Glob', 'Grep', 'Read'], mcp_servers: [] })
  if (answer)
    emit({ type: 'assistant', message: { id: 'm', role: 'assistant', content: [{ type: 'text', text: answer }] } })
  emit({ type: 'result', subtype: 'success', is_error: false, result: answer, total_cost_usd: 0.25, num_turns: 1 })
}
