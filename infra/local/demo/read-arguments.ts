import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { parseRepositoryUrl } from '../../../shared/repository-address.ts'
import { Provider } from '../../../shared/variant.ts'

export const USAGE = `Documents a repository on this machine and serves the site.

  npm run demo [-- [repository] [options]]

  repository        an address (https://…) or a folder with a git repository; this project itself by default
  --provider P      use a real AI CLI: ${Provider.options.join(', ')}. Without it a stand-in writes the pages, which costs nothing
  --model M         the model for it; all but claude need one
  --force           make everything anew
  --out DIR         write the site to DIR, too, in place of an earlier one
  --once            end when the site is made
  --help

Ctrl-C ends it. What was under way goes on with the same command.`

/** What the demo was asked to do. */
export interface DemoArguments {
  /** Of the project that is documented. */
  name: string
  source: { repo_url: string } | { repo_path: string }
  provider: Provider
  /** The model that the service uses anyway, when undefined. */
  model: string | undefined
  /** The stand-in plays the provider's CLI. */
  standIn: boolean
  force: boolean
  once: boolean
  /** Absolute path of the folder that gets a copy of the site. */
  out: string | undefined
}

const options = {
  provider: { type: 'string' },
  model: { type: 'string' },
  force: { type: 'boolean', default: false },
  out: { type: 'string' },
  once: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/**
 * The demo's command line; undefined where it asks for help.
 *
 * @param usualProvider - whose models AI_MODEL names
 * @throws Error that says what is wrong with it
 */
export function readArguments(usualProvider: string): DemoArguments | undefined {
  const { values, positionals } = parse()
  if (values.help) return undefined
  const out = values.out === undefined ? undefined : resolve(values.out)
  const { force, once } = values
  return { ...sourceOf(positionals[0]), ...modelOf(values, usualProvider), force, once, out }
}

function parse() {
  try {
    const parsed = parseArgs({ options, allowPositionals: true })
    if (parsed.positionals.length > 1) throw new Error('Only one repository at a time.')
    return parsed
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
  }
}

function modelOf(
  { provider, model }: { provider?: string; model?: string },
  usualProvider: string,
): Pick<DemoArguments, 'provider' | 'model' | 'standIn'> {
  if (provider === undefined && model !== undefined) throw new Error('--model needs --provider.')
  if (provider === undefined) return { provider: 'claude', model: 'stand-in', standIn: true }
  const known = Provider.safeParse(provider)
  if (!known.success) throw new Error(`--provider must be one of ${Provider.options.join(', ')}.`)
  if (model === undefined && provider !== usualProvider) {
    throw new Error(
      `--provider ${provider} needs --model: without one, the service would ask for a model of ${usualProvider}.`,
    )
  }
  return { provider: known.data, model, standIn: false }
}

function sourceOf(repository: string | undefined): Pick<DemoArguments, 'name' | 'source'> {
  const address = repository === undefined ? undefined : parseRepositoryUrl(repository)
  if (repository !== undefined && address) return { name: address.name, source: { repo_url: repository } }
  const path = repository === undefined ? fileURLToPath(new URL('../../..', import.meta.url)) : resolve(repository)
  if (existsSync(path)) return { name: basename(path), source: { repo_path: path.replace(/(?<=.)\/$/, '') } }
  throw new Error(
    `'${repository}' is neither the address of a git repository (https://host/group/name) nor a folder on this machine.`,
  )
}
