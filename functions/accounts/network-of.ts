import ipaddr from 'ipaddr.js'

/** Bits of an IPv6 address that one customer of a network provider shares: the rest is theirs to choose. */
const PREFIX_BITS = 64

/**
 * Whose address it is, whatever way it is written: of IPv4 the address, also where IPv6 carries it (`::ffff:192.0.2.1`), of IPv6 the
 * /64. Text that is no address stands for itself.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.toString()
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toNormalizedString()}/${PREFIX_BITS}`).toString()
}
