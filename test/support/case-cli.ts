import { appendFileSync, existsSync } from 'node:fs'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Provider } from '../../shared/variant.ts'
import { readPrompt } from '../../stand-in/prompt.ts'
import { answerCases, goodPage, goodPlan } from './answer-cases.ts'
import { compileCache } from './compile-cache.ts'
import { printed } from './printed.ts'

export interface CaseCall {
  provider: Provider
  /** The case's id. */
  model: string
  /** `plan`, or a page's title. */
  what: string
}

/** Executables with the command lines and outputs of all three CLIs. Each plays the case that it is asked for as a model. */
export async function writeCaseClis(
  folder: string,
): Promise<{ paths: Record<Provider, string>; calls(): Promise<CaseCall[]> }> {
  const quoted = (value: string) => JSON.stringify(value)
  const program = [
    "import { enableCompileCache } from 'node:module'",
    `enableCompileCache(${quoted(compileCache.NODE_COMPILE_CACHE)})`,
    `const { play } = await import(${quoted(fileURLToPath(import.meta.url))})`,
    'await play(process.argv)',
  ].join('\n')
  const pathOf = (provider: Provider) => join(folder, `${provider}.mjs`)
  for (const provider of Provider.options) {
    await writeFile(pathOf(provider), program)
    await chmod(pathOf(provider), 0o755)
  }
  const file = join(folder, CALLS)
  return {
    paths: { claude: pathOf('claude'), gemini: pathOf('gemini'), cursor: pathOf('cursor') },
    calls: async () =>
      existsSync(file)
        ? (await readFile(file, 'utf8'))
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
  }
}

const CALLS = 'calls.jsonl'

/** The executables' whole program. */
export async function play([, script = '', ...args]: readonly string[]): Promise<void> {
  if (args.includes('--version')) return console.log('0.0.1 (a case)')
  const provider = Provider.parse(basename(script, '.mjs'))
  const model = args[args.indexOf('--model') + 1] ?? ''
  const id = args.find((arg) => arg.startsWith('--model='))?.slice('--model='.length) ?? model
  const found = answerCases.find((one) => one.id === id)
  const question = readPrompt(await text(process.stdin))
  if (!found || !question) throw new Error(`There is no such case or question: ${id}`)
  const what = question.kind === 'plan' ? 'plan' : question.title
  const call: CaseCall = { provider, model: id, what }
  appendFileSync(join(dirname(script), CALLS), `${JSON.stringify(call)}\n`)
  const answer = question.kind === 'plan' ? (found.plan ?? goodPlan) : (found.page ?? goodPage(what))
  const texts = what === 'plan' || what === 'Overview' ? [answer].flat() : [goodPage(what)]
  for (const event of printed[provider](texts)) console.log(JSON.stringify(event))
  process.exitCode = found.exitCode ?? 0
  if (found.lingers) setInterval(() => undefined, 1_000)
}
