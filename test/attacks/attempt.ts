import { mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { pagePrompt, systemPrompt } from '../../runner/ai/answer/prompts.ts'
import { ask } from '../../runner/ai/call/ask.ts'
import { PASSABLE } from '../../runner/ai/call/call-directory.ts'
import { neutralise } from '../../runner/stages/neutralise.ts'
import { isDomainError } from '../../shared/errors.ts'
import { clis } from '../clis/clis.ts'
import { clone } from '../support/clone.ts'
import { fakeAnthropic } from '../support/fake-anthropic.ts'
import { fakeGemini } from '../support/fake-gemini.ts'
import { limits } from '../support/limits.ts'
import type { FakeModel, ModelScript } from '../support/model-script.ts'
import { titleOf } from '../support/question.ts'
import { runnerEnv } from '../support/runner-env.ts'
import type { Attack, Cli, Control } from './attack.ts'
import { askPlainly, clonePlainly } from './undefended.ts'
import { type MadeWorld, makeWorld } from './world.ts'

/**
 * What is on: everything; only how the CLI is started, on a clone that still has all its files; or, in the control, nothing of what
 * the attack is about.
 */
export type Defences = 'all' | 'cli' | 'none'

/** How a run ended. */
export interface Attempt {
  id: string
  cli: Cli
  defences: Defences
  /** What shows that the attack succeeded; empty when it did not. */
  signs: string[]
  /** How the run ended otherwise: `answered` by the CLI, `refused` by the clone, or what went wrong. */
  outcome: string
  /** Whether the attack was tried to the end. Otherwise, that there are no signs says nothing. */
  whole: boolean
  seconds: number
}

/** The numeric user that CLIs run as; undefined where they have the runner's own. */
export type CliUser = number | undefined

const models = { claude: 'claude-opus-4-6', gemini: 'gemini-2.5-pro' }

/** Carries out one attack. */
export async function attempt(
  attack: Attack,
  cli: Cli,
  { defences, secret, user }: { defences: Defences; secret: string; user: CliUser },
): Promise<Attempt> {
  const started = performance.now()
  await using world = await makeWorld(attack, cli, secret)
  await using model = await (cli === 'claude' ? fakeAnthropic : fakeGemini)(hostile(attack, cli, world))
  await using served = await attack.serve?.(world)
  const control = controls[defences](attack)
  const address = attack.address?.(world) ?? served?.url ?? pathToFileURL(world.repository).href
  const outcome = await work({ attack, cli, world, model, control, address, user }).catch(explain)
  return {
    ...{ id: attack.id, cli, defences },
    signs: await signsOf(attack, cli, world, model),
    ...{ outcome, whole: outcome === (attack.refused ? 'refused' : 'answered') },
    ...{ seconds: Math.round((performance.now() - started) / 100) / 10 },
  }
}

/** A refusal to clone is a defence; whatever else goes wrong says nothing about the attack. */
const explain = (error: unknown): string => (isDomainError(error, 'clone-failed') ? 'refused' : String(error))

/** What is off. */
const controls: Record<Defences, (attack: Attack) => Control | undefined> = {
  all: () => undefined,
  cli: () => ({ clone: 'ours', cli: 'ours' }),
  none: (attack) => ({ clone: 'plain', cli: 'permissive', ...attack.control }),
}

/** Asks for the attack's tools, and then writes the page. */
const hostile =
  (attack: Attack, cli: Cli, world: MadeWorld): ModelScript =>
  ({ turn }) => {
    const tools = attack.calls[cli]?.(world) ?? []
    if (turn === 0 && tools.length > 0) return { tools }
    return { text: `# ${titleFor(attack, world)}\n\nAll about it.\n\n<!-- docsfy:end -->` }
  }

const titleFor = (attack: Attack, world: MadeWorld): string => attack.title?.(world) ?? titleOf('setup')

interface Work {
  attack: Attack
  cli: Cli
  world: MadeWorld
  model: FakeModel
  /** Undefined when everything is on. */
  control: Control | undefined
  address: string
  user: CliUser
}

async function work({ attack, cli, world, model, control, address, user }: Work): Promise<string> {
  if (control?.clone === 'plain') await clonePlainly(attack, world, address)
  else await cloneAsTheRunner(attack, world, address)
  if (!control) await neutralise(world.clone, cli)
  const title = titleFor(attack, world)
  const page = { slug: 'setup', title, description: title }
  const prompt = pagePrompt({ project: 'project', repoType: null }, page, {
    ...{ project_name: 'project', tagline: '', navigation: [{ group: 'All', pages: [page] }] },
  })
  const name = attack.model?.(world) ?? models[cli]
  const key = `key-${world.secret}`
  const ids = control?.user === 'runner' ? undefined : user
  if (!control || control.cli === 'ours') {
    const variables = {
      ...{ AI_CLI_CLAUDE: clis.claude, ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: model.url },
      ...{ AI_CLI_GEMINI: clis.gemini, GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: model.url },
      ...(ids === undefined ? {} : { AI_CLI_UID: String(ids), AI_CLI_GID: String(ids) }),
    }
    const question = {
      provider: cli,
      model: name,
      prompt,
      system: systemPrompt(),
      maxTurns: 5,
      maxCostUsd: 5,
      timeoutMinutes: limits.generation / 60_000,
    }
    const signal = new AbortController().signal
    const answer = await ask(runnerEnv(variables), {
      ...question,
      cwd: world.clone,
      scratch: world.scratch,
      signal,
      log: { warn() {} },
    })
    return answer.ok ? 'answered' : `${answer.kind}: ${answer.message}`
  }
  return await askPlainly(world, control.cli, {
    ...{ cli, model: name, nameAsArgument: attack.model !== undefined, executable: clis[cli], key, prompt },
    address: /^model-address/.test(attack.id) && cli === 'gemini' ? undefined : model.url,
    as: ids === undefined ? undefined : { uid: ids, gid: ids },
  })
}

async function cloneAsTheRunner(attack: Attack, world: MadeWorld, repoUrl: string): Promise<void> {
  const { clone: path, workspace } = world
  await mkdir(dirname(path), { mode: PASSABLE })
  await clone(workspace, repoUrl, {
    ...{ path, maxMib: 100, askedRef: attack.ref?.(world) ?? null },
    allowedPrivateHosts: URL.canParse(repoUrl) && attack.serve ? [new URL(repoUrl).host] : [],
  })
}

/**
 * What shows that an attack succeeded: a command of the attacker ran, the secret reached the model, the attacker's server was asked, a
 * forbidden tool was offered, or the clone has a path that the attacker wanted.
 */
async function signsOf(attack: Attack, cli: Cli, world: MadeWorld, model: FakeModel): Promise<string[]> {
  const marks = await readdir(world.marks)
  const told = model.requests.some(({ body }) => JSON.stringify(body).includes(world.secret))
  const offered = new Set(model.requests.flatMap(({ body }) => toolsIn(body)))
  const forbidden = (attack.forbids?.[cli] ?? []).filter((name) => offered.has(name))
  const exposed = attack.exposes ? (await pathsIn(world.clone)).filter(attack.exposes) : []
  return [
    ...marks.map((mark) => `ran: ${mark}`),
    ...(told ? ['told the model'] : []),
    ...(world.contacts.length > 0 ? [`asked the attacker: ${world.contacts[0]?.slice(0, 60)}`] : []),
    ...(forbidden.length > 0 ? [`offers ${forbidden.join(', ')}`] : []),
    ...exposed.slice(0, 3).map((path) => `has ${path}`),
  ]
}

interface Offer {
  name?: string
  functionDeclarations?: { name: string }[]
}

const toolsIn = ({ tools = [] }: { tools?: Offer[] }): string[] =>
  tools.flatMap(({ name, functionDeclarations = [] }) => [
    ...(name ? [name] : []),
    ...functionDeclarations.map((declared) => declared.name),
  ])

async function pathsIn(folder: string): Promise<string[]> {
  if (!(await stat(folder).catch(() => undefined))) return []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .filter((path) => !path.startsWith('.git/'))
}
