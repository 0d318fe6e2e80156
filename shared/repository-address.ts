export interface RepositoryAddress {
  /** The URL passed to git, with the host in the form that was checked: parsers may disagree on odd spellings. */
  url: string
  protocol: 'http' | 'https' | 'ssh'
  /** Normalised: lower case, punycode, and IPv4 addresses in dotted decimal form. */
  host: string
  port: number
  /** The last segment, decoded and without `.git`. */
  name: string
}

/** The last segment of a longer URL would not fit in the table's keys. */
export const LONGEST_URL = 2_048

const PORTS = { http: 80, https: 443, ssh: 22 } as const
/** The name of a user, which addresses copied from Azure DevOps have, is not part of the address. */
const web =
  /^(https?):\/\/(?:[^\s/\\@?#%:]+@)?([^\s/\\@?#%:]+|\[[\da-f:.]+\])(?::(\d{1,5}))?((?:\/(?:[\p{L}\p{N}._~+-]|%[\da-f]{2})+)+\/?)$/iu
const scp = /^git@([^\s/\\@?#%:]+):((?:[\p{L}\p{N}._~+-]+\/)+[\p{L}\p{N}._~+-]+\/?)$/u

/**
 * Parses `http(s)://[user@]host[:port]/group[/…]/repo[.git]` or `git@host:group[/…]/repo[.git]`; undefined for anything else,
 * including URLs with a password, a query or dot segments, URLs that are too long or have fewer than two path segments, and pages of a
 * branch.
 */
export function parseRepositoryUrl(text: string): RepositoryAddress | undefined {
  if (text.length > LONGEST_URL) return undefined
  const [, scheme, webHost, webPort, webPath] = web.exec(text) ?? []
  const [, sshHost, sshPath] = scp.exec(text) ?? []
  const host = canonicalHost(webHost ?? sshHost ?? '')
  const name = nameIn(webPath?.slice(1) ?? sshPath ?? '')
  if (!host || !name || pagePosition(webPath?.split('/').filter(Boolean) ?? []) !== undefined) return undefined
  if (sshHost) return { url: `git@${host}:${sshPath}`, protocol: 'ssh', host, port: PORTS.ssh, name }
  const protocol = scheme?.toLowerCase() === 'http' ? 'http' : 'https'
  const port = Number(webPort ?? PORTS[protocol])
  if (port < 1 || port > 65_535) return undefined
  return { url: `${protocol}://${host}${webPort ? `:${port}` : ''}${webPath}`, protocol, host, port, name }
}

/** The https URL of a repository: to clone it without SSH, and to browse it. */
export function webUrlOf({ url, protocol, host }: RepositoryAddress): string {
  if (protocol !== 'ssh') return url
  const path = url.slice(url.indexOf(':') + 1)
  // https://learn.microsoft.com/en-us/azure/devops/repos/git/use-ssh-keys-to-authenticate
  const [, organisation, project, name] = /^v3\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path) ?? []
  if (host !== 'ssh.dev.azure.com' || !name) return `https://${host}/${path}`
  return `https://dev.azure.com/${organisation}/${project}/_git/${name}`
}

/**
 * Whether two URLs of records lead to the same repository: the same host, port and path, whatever the scheme, `.git` or a trailing
 * slash. A path on this machine is never the same as an address.
 */
export const isSameRepository = (one: string, other: string): boolean => identityOf(one) === identityOf(other)

function identityOf(repoUrl: string): string {
  const address = parseRepositoryUrl(repoUrl)
  if (!address) return withoutSuffix(repoUrl)
  const { hostname, pathname } = new URL(webUrlOf(address))
  const port = address.port === PORTS[address.protocol] ? '' : address.port
  return `${hostname}:${port}${withoutSuffix(pathname)}`
}

const withoutSuffix = (path: string): string => path.replace(/\/$/, '').replace(/\.git$/, '')

/**
 * Where the path of a page in a repository goes on after that of the repository itself: `tree` or `blob` in third place with more
 * behind it, or `-`. Undefined for a repository, which may be called `tree`.
 */
export function pagePosition(segments: readonly string[]): number | undefined {
  const dash = segments.indexOf('-')
  if (dash >= 0) return dash
  return segments.length >= 4 && /^(tree|blob)$/.test(segments[2] ?? '') ? 2 : undefined
}

/** Normalises a host as browsers do, without trailing dots. The lookbehind keeps the regex linear on long runs of dots. */
export const canonicalHost = (host: string): string | undefined =>
  URL.parse(`http://${host}/`)?.hostname.replace(/(?<!\.)\.+$/, '')

/** The last of at least two path segments; undefined if any is a dot segment or encodes anything but an ordinary name. */
function nameIn(path: string): string | undefined {
  const segments = path.replace(/\/$/, '').split('/').map(decode)
  if (segments.length < 2 || !segments.every((segment) => segment && isName(segment))) return undefined
  return segments.at(-1)?.replace(/\.git$/, '')
}

const isName = (segment: string): boolean =>
  /^[\p{L}\p{M}\p{N} ._~+&(),-]+$/u.test(segment) && !/^\.{1,2}$/.test(segment)

/** Undefined for bytes that are not UTF-8. */
function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
