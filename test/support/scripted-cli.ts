import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileCache } from './compile-cache.ts'
import { type AskedFor, askedFor, titleOf } from './question.ts'
import { waitFor } from './wait.ts'

/** What the scripted CLI does with one kind of question; a page may have a script of its own, under its slug. */
export interface Script {
  /** Pages that the plan asks for. */
  slugs: string[]
  /** What a call does; `hang` holds until it is killed, `wait-for-go` until the file `go`, or one for its model, is there. */
  plan?: Action
  pages?: Record<string, Action>
  otherPages?: Action
  /** What a call does that asks for a page once more. */
  repairs?: Action
  version?: Action
  /** How long each answer takes: from, up to. */
  answersAfterMs?: [number, number]
  /** What it answers for a page instead, under its slug: one text for each call, the last one for all further calls. */
  texts?: Record<string, string[]>
  /** Stands on every page. */
  mark?: string
  /** What differs for calls with this model. */
  models?: Record<string, Partial<Script>>
}
export type Action =
  | 'answer'
  | 'hang'
  | 'wait-for-go'
  | 'nonsense'
  | 'fail'
  | 'bad-key'
  | 'empty'
  | 'cut-off'
  | 'ignore-sigterm'
  /** It fails with this status and these words. */
  | { status: number; says: string }

export interface Call {
  what: string
  model: string
  pid: number
  home: string
  clone: string
  /** When it began, in milliseconds since 1970. */
  at: number
}

export interface ScriptedCli {
  /** The executable, for AI_CLI_CLAUDE. */
  path: string
  /** Every call so far: `plan` or a page's slug, the process, its HOME and the clone. */
  calls(): Promise<Call[]>
  /** The prompt of every call so far, in the same order. */
  prompts(): Promise<{ what: string; prompt: string }[]>
  /** Every call so far, once they are as they should be. @param what - completes "waited for …" */
  untilCalls(what: string, areIt: (calls: Call[]) => boolean): Promise<Call[]>
  /** Lets the calls go that wait, all or those with this model. */
  go(model?: string): Promise<void>
  rewrite(script: Script): Promise<void>
}

/** A real executable with claude's command line and output, which does what the test's script says. */
export async function writeScriptedCli(folder: string, script: Script): Promise<ScriptedCli> {
  const path = join(folder, 'claude.mjs')
  const callsFile = join(folder, 'calls.jsonl')
  const rewrite = async (next: Script) => {
    const [me, cache] = [fileURLToPath(import.meta.url), compileCache.NODE_COMPILE_CACHE].map((text) =>
      JSON.stringify(text),
    )
    const program = [
      "import { enableCompileCache } from 'node:module'",
      `enableCompileCache(${cache})`,
      `const { play } = await import(${me})`,
      `await play(${JSON.stringify(next)}, ${JSON.stringify(folder)})`,
    ]
    await writeFile(path, program.join('\n'))
    await chmod(path, 0o755)
  }
  await rewrite(script)
  const linesOf = async (file: string) => {
    const lines = existsSync(file) ? (await readFile(file, 'utf8')).trim().split('\n') : []
    return lines.map((line) => JSON.parse(line))
  }
  const calls = async (): Promise<Call[]> => await linesOf(callsFile)
  return {
    path,
    rewrite,
    calls,
    prompts: async () => await linesOf(join(folder, 'prompts.jsonl')),
    untilCalls: async (what, areIt) => await waitFor(what, calls, areIt),
    go: async (model = '') => await writeFile(join(folder, `go${model}`), ''),
  }
}

/** The executable's whole program. */
export async function play(scripts: Script, folder: string): Promise<void> {
  const model = process.argv[process.argv.indexOf('--model') + 1] ?? ''
  const script = { ...scripts, ...scripts.models?.[model] }
  if (process.argv.includes('--version')) {
    if (script.version === 'fail') fail('cannot run')
    console.log('0.0.1 (scripted)')
    return
  }
  const prompt = await text(process.stdin)
  const asked = askedFor(prompt)
  const what = asked.kind === 'plan' ? 'plan' : asked.slug
  const { HOME = '', TMPDIR = '' } = process.env
  // As real CLIs do: what they keep goes there, and they read the clone by absolute paths.
  for (const place of [HOME, TMPDIR]) writeFileSync(join(place, 'kept-by-the-cli'), 'private')
  readdirSync(process.cwd())
  const call = { what, model, pid: process.pid, home: HOME, clone: process.cwd(), at: Date.now() }
  const nth = callsBefore(folder, call)
  // First the prompt: a call that is listed has one.
  appendFileSync(join(folder, 'prompts.jsonl'), `${JSON.stringify({ what, prompt })}\n`)
  appendFileSync(join(folder, 'calls.jsonl'), `${JSON.stringify(call)}\n`)
  const texts = script.texts?.[what] ?? []
  const action =
    (asked.kind === 'plan'
      ? script.plan
      : ((nth > 0 ? script.repairs : undefined) ?? script.pages?.[what] ?? script.otherPages)) ?? 'answer'
  if (action === 'ignore-sigterm') for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => undefined)
  if (action === 'hang' || action === 'ignore-sigterm') await new Promise(() => setInterval(() => undefined, 1_000))
  if (action === 'fail') fail('the model is on fire')
  if (action === 'bad-key') fail('no such key', 401)
  if (typeof action === 'object') fail(action.says, action.status)
  if (action === 'nonsense') return console.log('Hello! I am not JSON.')
  const mayGo = () => existsSync(join(folder, 'go')) || existsSync(join(folder, `go${model}`))
  while (action === 'wait-for-go' && !mayGo()) await new Promise((resolve) => setTimeout(resolve, 50))
  const [from, upTo] = script.answersAfterMs ?? [0, 0]
  if (upTo > 0) await new Promise((resolve) => setTimeout(resolve, from + Math.random() * (upTo - from)))
  finish(action === 'empty' ? '' : (texts[nth] ?? texts.at(-1) ?? answerTo(asked, script, action)))
}

/** How often the same was asked of the same model before. */
function callsBefore(folder: string, { what, model }: Call): number {
  const file = join(folder, 'calls.jsonl')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  const calls: Call[] = lines.map((line) => JSON.parse(line))
  return calls.filter((call) => call.what === what && call.model === model).length
}

function answerTo(asked: AskedFor, { slugs, mark = '' }: Script, action: Action): string {
  if (asked.kind === 'plan') {
    const pages = slugs.map((slug) => ({ slug, title: titleOf(slug), description: `What ${slug} is` }))
    return JSON.stringify({
      project_name: 'Scripted',
      tagline: `A script ${mark}`,
      navigation: [{ group: 'All', pages }],
    })
  }
  return `# ${asked.title}\n\nSome words. ${mark}\n${action === 'cut-off' ? '' : '\n<!-- docsfy:end -->'}`
}

function finish(answer: string): void {
  const emit = (event: object) => console.log(JSON.stringify(event))
  emit({ type: 'system', subtype: 'init', tools: ['Glob', 'Grep', 'Read'], mcp_servers: [] })
  if (answer)
    emit({ type: 'assistant', message: { id: 'm', role: 'assistant', content: [{ type: 'text', text: answer }] } })
  emit({ type: 'result', subtype: 'success', is_error: false, result: answer, total_cost_usd: 0.25, num_turns: 1 })
}

function fail(message: string, status = 400): never {
  console.log(
    JSON.stringify({
      type: 'result',
      subtype: 'success',
      is_error: true,
      api_error_status: status,
      result: message,
      total_cost_usd: 0.01,
    }),
  )
  console.error(message)
  process.exit(1)
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
