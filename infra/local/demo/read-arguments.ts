import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readPastedAddress } from '../../../shared/pasted-address.ts'
import { Provider } from '../../../shared/variant.ts'

export const USAGE = `Documents a repository on this machine and serves the site.

  npm run demo [-- [repository] [options]]

  repository        URL (https://… or git@…) or folder of a git repository; default: this project
  --provider P      use a real AI CLI: ${Provider.options.join(', ')}. Without it a stand-in writes the pages at no cost
  --model M         model for the provider; required except for claude
  --private         use your own access to the repository: git's credential helper, or your ssh-agent
  --name N          project name; default: the last part of the URL or folder
  --force           regenerate everything, and replace another repository's site of the same name
  --out DIR         also write the site to DIR, replacing an earlier one
  --once            exit when the site is finished
  --help            show this help

Press Ctrl-C to stop. The same command continues where it stopped.`

/** The demo's options. */
export interface DemoArguments {
  /** Of the project to document. */
  name: string
  source: { repo_url: string; branch?: string } | { repo_path: string }
  provider: Provider
  /** Undefined for the service's default model. */
  model: string | undefined
  /** Use the stand-in instead of the provider's CLI. */
  standIn: boolean
  /** Use the user's own access to the repository. */
  ownAccess: boolean
  force: boolean
  once: boolean
  /** Absolute path of the folder to copy the site to. */
  out: string | undefined
}

const options = {
  provider: { type: 'string' },
  model: { type: 'string' },
  private: { type: 'boolean', default: false },
  name: { type: 'string' },
  force: { type: 'boolean', default: false },
  out: { type: 'string' },
  once: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/**
 * Parses the demo's command line. Returns undefined for `--help`.
 *
 * @param defaultProvider - the provider that AI_MODEL belongs to
 * @throws Error that says what is wrong with the arguments
 */
export function readArguments(defaultProvider: string): DemoArguments | undefined {
  const { values, positionals } = parse()
  if (values.help) return undefined
  const out = values.out === undefined ? undefined : resolve(values.out)
  const { force, once, private: ownAccess } = values
  const { name, source } = sourceOf(positionals[0])
  if (ownAccess && !('repo_url' in source))
    throw new Error('--private needs the URL of a repository. A folder needs no access.')
  return { name: values.name ?? name, source, ...modelOf(values, defaultProvider), ownAccess, force, once, out }
}

function parse() {
  try {
    const parsed = parseArgs({ options, allowPositionals: true })
    if (parsed.positionals.length > 1) throw new Error('Name only one repository.')
    return parsed
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
  }
}

function modelOf(
  { provider, model }: { provider?: string; model?: string },
  defaultProvider: string,
): Pick<DemoArguments, 'provider' | 'model' | 'standIn'> {
  if (provider === undefined && model !== undefined) throw new Error('--model needs --provider.')
  if (provider === undefined) return { provider: 'claude', model: 'stand-in', standIn: true }
  const known = Provider.safeParse(provider)
  if (!known.success) throw new Error(`--provider must be one of ${Provider.options.join(', ')}.`)
  if (model === undefined && provider !== defaultProvider) {
    throw new Error(`--provider ${provider} needs --model, because the default model is for ${defaultProvider}.`)
  }
  return { provider: known.data, model, standIn: false }
}

function sourceOf(repository: string | undefined): Pick<DemoArguments, 'name' | 'source'> {
  const path = repository === undefined ? fileURLToPath(new URL('../../..', import.meta.url)) : resolve(repository)
  if (existsSync(path)) return { name: basename(path), source: { repo_path: path.replace(/(?<=.)\/$/, '') } }
  const pasted = readPastedAddress(repository ?? '')
  if (pasted) {
    const { repository, branch } = pasted
    return { name: repository.name, source: { repo_url: repository.url, ...(branch === undefined ? {} : { branch }) } }
  }
  throw new Error(
    `'${repository}' is neither the URL of a git repository (https://host/group/name) nor a folder on this machine.`,
  )
}
