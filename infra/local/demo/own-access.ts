import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { GitRightsEnv, readEnv } from '../../../shared/env.ts'
import { GitTokens } from '../../../shared/git-tokens.ts'
import { parseRepositoryUrl, type RepositoryAddress } from '../../../shared/repository-address.ts'
import { ADMIN } from '../../../shared/user.ts'

export interface OwnAccess {
  /** Settings with which the service's git has this access. */
  settings: Record<string, string>
  /** What it is, for the user to read. */
  notice: string
}

type Variables = Record<string, string | undefined>

/** A credential helper may open a browser and wait for the user. */
const HELPER_TIMEOUT_MS = 5 * 60_000

/**
 * The user's own access to one repository: the credentials that git's credential helper has for its host, or the user's ssh-agent
 * and known hosts. It lasts as long as the service that gets these settings.
 *
 * @param variables - the user's environment
 * @throws Error that says what is missing
 */
export async function ownAccess(url: string, variables: Variables): Promise<OwnAccess> {
  const address = parseRepositoryUrl(url)
  if (!address || address.protocol === 'http')
    throw new Error('--private needs an address that begins with https:// or git@.')
  const { settings, notice } =
    address.protocol === 'ssh' ? await bySsh(address, variables) : await byHelper(address, variables)
  // The demo asks as the admin.
  const { GIT_CREDENTIALS_FOR } = readEnv(GitRightsEnv, variables)
  return { settings: { ...settings, GIT_CREDENTIALS_FOR: [...GIT_CREDENTIALS_FOR, ADMIN].join(',') }, notice }
}

async function byHelper({ url }: RepositoryAddress, variables: Variables): Promise<OwnAccess> {
  const { host, pathname } = new URL(url)
  const { user, password } = await askHelper(host, pathname.slice(1), variables)
  const setting = `${host}=${user}:${password}`
  const [token] = GitTokens.parse(setting)
  if (token?.token !== password)
    throw new Error(`The password that git has for ${host} cannot be passed on. Set GIT_TOKENS.`)
  return {
    settings: { GIT_TOKENS: [setting, ...(variables.GIT_TOKENS ? [variables.GIT_TOKENS] : [])].join(',') },
    notice: `--private: git's credential helper gives your own access to ${host}, as '${user}'. Only git gets it, and it is not stored.`,
  }
}

/** Asks outside of any repository, whose configuration may name other helpers. */
async function askHelper(
  host: string,
  path: string,
  variables: Variables,
): Promise<{ user: string; password: string }> {
  const { stdout, failed } = await execa('git', ['credential', 'fill'], {
    input: `protocol=https\nhost=${host}\npath=${path}\n\n`,
    cwd: homedir(),
    env: { ...variables, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '' },
    extendEnv: false,
    timeout: HELPER_TIMEOUT_MS,
    reject: false,
  })
  const user = /^username=(.+)$/m.exec(stdout)?.[1]
  const password = /^password=(.+)$/m.exec(stdout)?.[1]
  if (!failed && user && password) return { user, password }
  throw new Error(
    `git's credential helper has nothing for ${host}. Clone the repository once with git, so that the helper remembers your log-in, or set GIT_TOKENS.`,
  )
}

async function bySsh({ host }: RepositoryAddress, variables: Variables): Promise<OwnAccess> {
  const agent = variables.SSH_AUTH_SOCK
  if (!agent)
    throw new Error('No ssh-agent is running (SSH_AUTH_SOCK is not set). Start one, and add your key with ssh-add.')
  const knownHosts = await knownHostsOf(host)
  if (!knownHosts) throw new Error(`Your known_hosts has no key for ${host}. Connect once with: ssh git@${host}`)
  return {
    settings: { GIT_SSH_KEY: '', GIT_SSH_AGENT: agent, GIT_SSH_KNOWN_HOSTS: knownHosts },
    notice: `--private: your ssh-agent gives your own access to ${host}. Only git gets it.`,
  }
}

async function knownHostsOf(host: string): Promise<string> {
  const found: string[] = []
  for (const file of [join(homedir(), '.ssh/known_hosts'), '/etc/ssh/ssh_known_hosts']) {
    // Finds hashed names too, but no other port than 22.
    const { stdout } = await execa('ssh-keygen', ['-F', host, '-f', file], { reject: false })
    const others = await readFile(file, 'utf8').catch(() => '')
    const lines = [...stdout.split('\n'), ...others.split('\n').filter((line) => line.includes(`[${host}]:`))]
    found.push(...lines.filter((line) => line && !line.startsWith('#')))
  }
  return found.join('\n')
}
