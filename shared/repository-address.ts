import { lookup } from 'node:dns/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import ipaddr from 'ipaddr.js'
import { DomainError } from './errors.ts'

export interface RepositoryAddress {
  /** As git is given it, with the host as it was checked: two readers of an odd spelling could differ in what they connect to. */
  url: string
  protocol: 'http' | 'https' | 'ssh'
  /** Normalised: lower case, Unicode as punycode, an IPv4 address in any spelling as four decimal numbers. */
  host: string
  port: number
  /** The last segment without `.git`. */
  name: string
}

/** Longer ones are no addresses, and their last segment would not fit the keys that it is looked up by. */
export const LONGEST_URL = 2_048

/** All addresses of a host. */
export type Resolve = (host: string) => Promise<string[]>

const PORTS = { http: 80, https: 443, ssh: 22 } as const
const web = /^(https?):\/\/([^\s/\\@?#%:]+|\[[\da-f:.]+\])(?::(\d{1,5}))?((?:\/[\p{L}\p{N}._~+-]+)+\/?)$/iu
const scp = /^git@([^\s/\\@?#%:]+):((?:[\p{L}\p{N}._~+-]+\/)+[\p{L}\p{N}._~+-]+\/?)$/u

/**
 * Reads `http(s)://host[:port]/group[/…]/repo[.git]` or `git@host:group[/…]/repo[.git]`; undefined for anything else,
 * so for credentials in the address, queries, dot segments, and addresses that are too long or have fewer than two segments.
 */
export function parseRepositoryUrl(text: string): RepositoryAddress | undefined {
  if (text.length > LONGEST_URL) return undefined
  const [, scheme, webHost, webPort, webPath] = web.exec(text) ?? []
  const [, sshHost, sshPath] = scp.exec(text) ?? []
  const host = canonicalHost(webHost ?? sshHost ?? '')
  const name = nameIn(webPath?.slice(1) ?? sshPath ?? '')
  if (!host || !name) return undefined
  if (sshHost) return { url: `git@${host}:${sshPath}`, protocol: 'ssh', host, port: PORTS.ssh, name }
  const protocol = scheme?.toLowerCase() === 'http' ? 'http' : 'https'
  const port = Number(webPort ?? PORTS[protocol])
  if (port < 1 || port > 65_535) return undefined
  return { url: `${protocol}://${host}${webPort ? `:${port}` : ''}${webPath}`, protocol, host, port, name }
}

/** As browsers read a host, without the dots at the end. Without the look-behind, each dot of a row would be tried as its first. */
const canonicalHost = (host: string): string | undefined =>
  URL.parse(`http://${host}/`)?.hostname.replace(/(?<!\.)\.+$/, '')

/** The last of at least two segments, none of which leads elsewhere. */
function nameIn(path: string): string | undefined {
  const segments = path.replace(/\/$/, '').split('/')
  if (segments.length < 2 || segments.some((segment) => /^\.{1,2}$/.test(segment))) return undefined
  return segments.at(-1)?.replace(/\.git$/, '')
}

/** All that IANA has given out to be reached from anywhere: what is outside of it maps, tunnels or is kept for later. */
const globalUnicast = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number]

/** Whether an address, in any spelling, is one of the public internet: not local, private, reserved or a tunnel to such. */
export function isGlobalAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*/s, '')
  if (!ipaddr.isValid(bare)) return false
  const parsed = ipaddr.parse(bare)
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(globalUnicast)) return false
  return parsed.range() === 'unicast'
}

/** Names that no public DNS knows (RFC 6761, 6762, 8375, and what clusters and clouds call their own). */
const localName = /(^|\.)(localhost|localdomain|local|internal|intranet|private|corp|home|lan|svc|home\.arpa)$/i

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

/** A name server that does not answer must not hold a request. */
const PATIENCE_MS = 5_000

async function resolveBySystem(host: string): Promise<string[]> {
  const patience = sleep(PATIENCE_MS, [], { ref: false })
  const found = await Promise.race([lookup(host, { all: true }), patience])
  return found.map(({ address }) => address)
}
