import { lookup } from 'node:dns/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import ipaddr from 'ipaddr.js'
import { DomainError } from './errors.ts'
import type { RepositoryAddress } from './repository-address.ts'

/** Looks up all IP addresses of a host. */
export type Resolve = (host: string) => Promise<string[]>

/** IANA's global unicast range. Anything else in IPv6 is mapped, tunnelled or reserved. */
const globalUnicast = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number]

/** Whether an IP address, in any notation, is on the public internet: not local, private, reserved or a tunnel to such. */
export function isGlobalAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*/s, '')
  if (!ipaddr.isValid(bare)) return false
  const parsed = ipaddr.parse(bare)
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(globalUnicast)) return false
  return parsed.range() === 'unicast'
}

/** Names outside public DNS (RFC 6761, 6762, 8375, and common internal names of clusters and clouds). */
const localName = /(^|\.)(localhost|localdomain|local|internal|intranet|private|corp|home|lan|svc|home\.arpa)$/i

/** Whether a host is local judging by its name or IP address alone; {@link resolveGuarded} checks names through DNS. */
export function isLocalHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '')
  if (ipaddr.isValid(bare)) return !isGlobalAddress(bare)
  return localName.test(host) || !host.includes('.')
}

/** Whether `ALLOWED_PRIVATE_HOSTS` lists this host, with or without its port. */
export const isAllowedPrivate = ({ host, port }: RepositoryAddress, allowed: readonly string[]): boolean =>
  allowed.some((entry) => entry.toLowerCase() === host || entry.toLowerCase() === `${host}:${port}`)

/**
 * Resolves the addresses to connect to and checks each of them. Empty if DNS finds none: the clone then reports it.
 *
 * @throws DomainError `private-address` if the host is local by name or resolves to any address that is not public
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

/** A name server that does not answer must not hold up a request. */
const PATIENCE_MS = 5_000

async function resolveBySystem(host: string): Promise<string[]> {
  const patience = sleep(PATIENCE_MS, [], { ref: false })
  const found = await Promise.race([lookup(host, { all: true }), patience])
  return found.map(({ address }) => address)
}
