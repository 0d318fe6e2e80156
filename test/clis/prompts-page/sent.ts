import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { apiOf } from '../../support/api.ts'
import { fakeAnthropic } from '../../support/fake-anthropic.ts'
import { fakeGemini } from '../../support/fake-gemini.ts'
import type { FakeModel, ModelRequest, ModelScript } from '../../support/model-script.ts'
import { titleOf } from '../../support/question.ts'
import { startServiceProcess, temporaryFolder } from '../../support/service-process.ts'
import { clis } from '../clis.ts'

/** One request to a model, by its parts. */
export interface Sent {
  system: string
  user: string
  /** The declarations of the tools, as JSON. */
  tools: string
}
export type Cli = 'claude' | 'gemini'
export type Task = 'plan' | 'page'

const models = { claude: 'claude-opus-4-6', gemini: 'gemini-2.5-pro' }

/** The first request for a plan and the first for a page, which the real CLI sends when the service documents this clone. */
export async function sentRequests(cli: Cli, clone: string): Promise<Record<Task, Sent>> {
  await using model = await (cli === 'claude' ? fakeAnthropic : fakeGemini)(script)
  await using folder = await temporaryFolder('prompts-page')
  const service = await startServiceProcess(join(folder.path, 'data'), {
    ...{ AI_CLI_CLAUDE: clis.claude, ANTHROPIC_API_KEY: 'key-for-the-fake', ANTHROPIC_BASE_URL: model.url },
    ...{ AI_CLI_GEMINI: clis.gemini, GEMINI_API_KEY: 'key-for-the-fake', GOOGLE_GEMINI_BASE_URL: model.url },
  })
  try {
    const api = apiOf(service)
    const request = { repo_path: clone, repo_type: 'library', ai_provider: cli, ai_model: models[cli] }
    const { json } = await api.post('/api/generate', request)
    const { status, error_message } = await api.settled(json.generation_id)
    if (status !== 'ready') throw new Error(`${basename(clone)}: ${error_message}`)
  } finally {
    await service.stop()
    await rm(folder.path, { recursive: true, force: true })
  }
  return { plan: first(cli, model, 'plan'), page: first(cli, model, 'page') }
}

/** A plan of four pages of execa, one of each type. `description` is what plans had before they had a summary and a brief. */
const plan = {
  ...{ project_name: 'Execa', tagline: 'Process execution for humans', repo_type: 'library', language: 'en' },
  summary:
    'Execa runs commands from Node.js scripts, applications and libraries. It is called as a function or as a tagged template, and returns a subprocess that is also a promise of its result.',
  terms: [
    { term: 'subprocess', meaning: 'a program that execa has started, and the object that represents it' },
    { term: 'result', meaning: 'what the promise of a subprocess is fulfilled with: output, exit code, duration' },
  ],
  navigation: [
    {
      group: 'Start',
      pages: [page('overview', 'What execa is, and when to use it'), page('guide', 'Run a first command')],
    },
    {
      group: 'Look up',
      pages: [page('reference', 'Every option, with its type and default'), page('concept', 'How output flows')],
    },
  ],
}

function page(slug: string, summary: string) {
  const files = ['index.js', 'types/arguments/options.d.ts']
  const brief = `${summary}. Cover what lib/arguments checks. Leave what a result holds to another page.`
  return {
    ...{ slug, title: titleOf(slug), type: slug, description: summary, summary, brief, files },
    related: ['concept'],
  }
}

const script: ModelScript = ({ task }) => ({
  text: task.kind === 'plan' ? JSON.stringify(plan) : `# ${task.title}\n\nWords.\n\n<!-- docsfy:end -->`,
})

function first(cli: Cli, { requests }: FakeModel, kind: Task): Sent {
  const slug = kind === 'page' ? 'reference' : undefined
  const found = requests.find(({ task, turn }) => task.kind === kind && task.slug === slug && turn === 0)
  if (!found) throw new Error(`${cli} sent no request for the ${kind}`)
  return cli === 'claude' ? toAnthropic(found) : toGoogle(found)
}

const toAnthropic = ({ body }: ModelRequest): Sent => ({
  system: textsOf(body.system),
  user: textsOf(body.messages[0].content),
  tools: JSON.stringify(body.tools),
})

const toGoogle = ({ body }: ModelRequest): Sent => ({
  system: textsOf(body.systemInstruction.parts),
  user: body.contents.map(({ parts }: { parts: { text: string }[] }) => textsOf(parts)).join('\n\n'),
  tools: JSON.stringify(body.tools),
})

const textsOf = (parts: readonly { text?: string }[]): string => parts.map(({ text = '' }) => text).join('\n\n')
