import { lookup } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'
import { DomainError } from './errors.ts'

export interface RepositoryAddress {
  /** As git is given it. */
  url: string
  protocol: 'http' | 'https' | 'ssh'
  /** Normalised: lower case, Unicode as punycode, an IPv4 address in any spelling as four decimal numbers. */
  host: string
  port: number
  /** The last segment without `.git`. */
  name: string
}

/** All addresses of a host. */
export type Resolve = (host: string) => Promise<string[]>

const PORTS = { http: 80, https: 443, ssh: 22 } as const
const web = /^(https?):\/\/([^\s/\\@?#%]+)((?:\/[\p{L}\p{N}._~+-]+)+)\/?$/iu
const scp = /^git@([^\s/\\@?#%:]+):((?:[\p{L}\p{N}._~+-]+\/)+[\p{L}\p{N}._~+-]+)\/?$/u

/**
 * Reads `http(s)://host[:port]/group[/…]/repo[.git]` or `git@host:group[/…]/repo[.git]`; undefined for anything else,
 * so for credentials in the address, queries, dot segments and addresses with fewer than two segments.
 */
export function parseRepositoryUrl(text: string): RepositoryAddress | undefined {
  const [, scheme, authority, path] = web.exec(text) ?? []
  if (scheme && authority && path) return read(scheme.toLowerCase() as 'http' | 'https', authority, path.slice(1), text)
  const [, host, below] = scp.exec(text) ?? []
  return host && below ? read('ssh', host, below, text) : undefined
}

function read(protocol: RepositoryAddress['protocol'], authority: string, path: string, url: string) {
  const segments = path.split('/')
  const parsed = URL.parse(`http://${authority}/`)
  if (!parsed || segments.length < 2 || segments.some((segment) => /^\.{1,2}$/.test(segment))) return undefined
  const name = segments.at(-1)?.replace(/\.git$/, '') ?? ''
  const port = Number(/:(\d+)$/.exec(authority)?.[1] ?? PORTS[protocol])
  const host = parsed.hostname.replace(/\.+$/, '')
  return host && name ? { url, protocol, host, port, name } : undefined
}

/** Whether an address, in any spelling, is one of the public internet: not local, private, reserved or a tunnel to such. */
export function isGlobalAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  return ipaddr.isValid(bare) && ipaddr.parse(bare).range() === 'unicast'
}

const localName = /(^|\.)(localhost|localdomain|local|internal|intranet|home\.arpa|lan)$/i

/** Whether a host is local by its very name or number; names that need DNS are {@link resolveGuarded}'s to judge. */
export function isLocalHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '')
  if (ipaddr.isValid(bare)) return !isGlobalAddress(bare)
  return localName.test(host) || !host.includes('.')
}

/** Whether the operator has named this private host, with or without its port, in `ALLOWED_PRIVATE_HOSTS`. */
export const isAllowedPrivate = ({ host, port }: RepositoryAddress, allowed: readonly string[]): boolean =>
  allowed.some((entry) => entry.toLowerCase() === host || entry.toLowerCase() === `${host}:${port}`)

/**
 * The addresses to connect to, every one of them checked; empty when DNS knows none (the clone then says so).
 *
 * @throws DomainError `private-address` for a host that is local by name, or that resolves to an address that is not global
 */
export async function resolveGuarded(
  address: RepositoryAddress,
  allowed: readonly string[],
  resolve: Resolve = resolveBySystem,
): Promise<string[]> {
  const permitted = isAllowedPrivate(address, allowed)
  if (!permitted && isLocalHost(address.host)) throw new DomainError('private-address', { resolved: false })
  const addresses = await resolve(address.host.replace(/^\[|\]$/g, '')).catch(() => [])
  if (!permitted && !addresses.every(isGlobalAddress)) throw new DomainError('private-address', { resolved: true })
  return addresses
}

async function resolveBySystem(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true })
  return found.map(({ address }) => address)
}
