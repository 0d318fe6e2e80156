import * as z from 'zod'
import { canonicalHost, type RepositoryAddress } from './repository-address.ts'

/** A token for the git server at one host and port, with the user name that this server wants to see beside it. */
export interface GitToken {
  host: string
  /** Undefined for the protocol's own port. */
  port: number | undefined
  user: string
  token: string
}

/** `host=token` or `host=user:token`, separated by commas; the host may have a port. No message repeats any of it. */
export const GitTokens = z
  .string()
  .default('')
  .transform((text, context) => tokensIn(text, (message) => context.addIssue({ code: 'custom', message })))

/** The same, or a single token for github.com. */
export const GitToken = z
  .string()
  .default('')
  .transform((text, context) => {
    const list = text.trim() && !text.includes('=') ? `github.com=${text.trim()}` : text
    return tokensIn(list, (message) => context.addIssue({ code: 'custom', message }))
  })

function tokensIn(text: string, report: (message: string) => void): GitToken[] {
  const entries = text
    .split(NEXT_ENTRY)
    .map((entry) => entry.trim())
    .filter(Boolean)
  return entries.flatMap((entry, index) => {
    const token = parseEntry(entry)
    if (typeof token !== 'string') return token
    report(`entry ${index + 1} ${token}`)
    return []
  })
}

/** Passwords may contain commas. */
const NEXT_ENTRY = /(?<![,\s])[,\s]+(?=[^,=\s]+=)|,$/

/** The token, or what is wrong with the entry. */
function parseEntry(entry: string): GitToken | string {
  const [, name = '', port, value = ''] = /^(\[[\da-f:.]+\]|[^\s/@:=[\]]+)(?::(\d{1,5}))?=(.+)$/is.exec(entry) ?? []
  const host = canonicalHost(name)
  if (!host || !value) return 'must be host=token or host=user:token'
  const [user, token] = value.includes(':') ? splitAtColon(value) : [userNameFor(host, value), value]
  if (!user) return 'is a deploy token of GitLab: write host=user:token, with the user name that GitLab shows beside it'
  if (!token || /[\r\n\0]/.test(value)) return 'has no token after its user name, or more than one line'
  return { host, port: port === undefined ? undefined : Number(port), user, token }
}

const splitAtColon = (value: string): [string, string] => {
  const colon = value.indexOf(':')
  return [value.slice(0, colon), value.slice(colon + 1)]
}

/**
 * The user name that a server wants with a token of its own. GitHub, GitLab, Gitea and Azure DevOps take any, except GitLab for
 * deploy tokens; Bitbucket has one for access tokens and one for API tokens.
 */
function userNameFor(host: string, token: string): string {
  if (token.startsWith('gldt-')) return ''
  if (host === 'github.com' || host.endsWith('.ghe.com')) return 'x-access-token'
  if (host === 'bitbucket.org') return token.startsWith('ATATT') ? 'x-bitbucket-api-token-auth' : 'x-token-auth'
  return 'oauth2'
}

const OWN_PORT = { https: 443, http: 80, ssh: 22 } as const

/** The token for the server at an address. Never for another port: another program may listen there. */
export const tokenFor = (
  { host, port, protocol }: RepositoryAddress,
  tokens: readonly GitToken[],
): GitToken | undefined => tokens.find((token) => token.host === host && (token.port ?? OWN_PORT[protocol]) === port)

/** What must be masked: the tokens, and how HTTP's basic authentication writes them. */
export const secretsOfTokens = (tokens: readonly GitToken[]): string[] =>
  tokens.flatMap(({ user, token }) => [token, Buffer.from(`${user}:${token}`).toString('base64')])
