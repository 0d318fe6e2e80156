import ipaddr from 'ipaddr.js'

/** Providers assign each customer at least a /64, so only these bits of an IPv6 address identify the customer. */
const PREFIX_BITS = 64

/**
 * The network that an address belongs to, in normalized form: for IPv4, including IPv4-mapped IPv6 (`::ffff:192.0.2.1`), the address
 * itself; for IPv6, its /64. Text that isn't an address is returned unchanged.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.toString()
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toNormalizedString()}/${PREFIX_BITS}`).toString()
}
