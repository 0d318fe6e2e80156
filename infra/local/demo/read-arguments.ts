import { parseArgs } from 'node:util'
import { ProjectName, Provider } from '../../../shared/variant.ts'

export const USAGE = `Documents a repository on this machine and serves the site.

  npm run demo [-- [repository] [options]]

  repository     a folder in a git repository, or an address as you would paste
                 it: github.com/o/r, https://…/tree/branch, git@host:o/r
                 (default: this project)
  --provider P   a real AI CLI: ${Provider.options.join(', ')}. Without it a
                 stand-in writes the pages from what is in the repository, at
                 no cost
  --model M      the provider's model; required except for claude
  --branch B     the branch or tag (default: the folder's or the server's own)
  --private      use your own access to the repository: git's credential
                 helper, or your ssh-agent
  --name N       the project's name (default: the last part of the address)
  --force        regenerate everything, and replace another repository's site
                 of the same name
  --out DIR      also write the site to DIR, replacing an earlier one
  --open         open the site in your browser
  --once         exit when the site is finished
  --help         show this help

Press Ctrl-C to stop. The same command continues where it stopped.`

/** The demo's options. */
export interface DemoArguments {
  /** Where the repository is, as given. */
  repository: string | undefined
  branch: string | undefined
  /** Of the project; undefined to call it like its repository. */
  name: string | undefined
  provider: Provider
  /** Undefined for the service's default model. */
  model: string | undefined
  /** Use the stand-in instead of the provider's CLI. */
  standIn: boolean
  /** Use the user's own access to the repository. */
  ownAccess: boolean
  force: boolean
  open: boolean
  once: boolean
  /** The folder to copy the site to. */
  out: string | undefined
}

const options = {
  provider: { type: 'string' },
  model: { type: 'string' },
  branch: { type: 'string' },
  private: { type: 'boolean', default: false },
  name: { type: 'string' },
  force: { type: 'boolean', default: false },
  out: { type: 'string' },
  open: { type: 'boolean', default: false },
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
  const { branch, name, force, open, once, out, private: ownAccess } = values
  if (name !== undefined && !ProjectName.safeParse(name).success)
    throw new Error("--name takes letters, digits, '.', '_' and '-', and begins with a letter or digit.")
  const model = modelOf(values, defaultProvider)
  return { repository: positionals[0], branch, name, ...model, ownAccess, force, open, once, out }
}

function parse() {
  try {
    const parsed = parseArgs({ options, allowPositionals: true })
    if (parsed.positionals.length > 1) throw new Error('Name only one repository. A name with spaces needs quotes.')
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
