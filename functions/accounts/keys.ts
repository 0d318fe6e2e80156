import { createHmac, randomBytes } from 'node:crypto'
import { isTooSimple, LONGEST_KEY, PRINTABLE, SHORTEST_KEY } from '../../shared/chosen-key.ts'
import { DomainError } from '../../shared/errors.ts'
import { credentials } from './credentials.ts'

/** The hash under which a user's key is stored. Without the pepper a stolen table reveals no keys. */
export const hashKey = (key: string, pepper: string): string => createHmac('sha256', pepper).update(key).digest('hex')

/** Hashes a key with this service's pepper. */
export const keyHashOf = async (key: string): Promise<string> => hashKey(key, (await credentials()).keyPepper)

/** A random 256-bit key. */
export const newKey = (): string => `docsfy_${randomBytes(32).toString('base64url')}`

/**
 * Validates a key that a person chose: it has to fit into a header, and must not be among the first that anyone would try.
 *
 * @throws DomainError `key-too-short`, `key-too-long`, `key-not-printable`, `key-too-simple`
 */
export function checkedKey(key: string): string {
  if ([...key].length < SHORTEST_KEY) throw new DomainError('key-too-short', { shortest: SHORTEST_KEY })
  if (key.length > LONGEST_KEY) throw new DomainError('key-too-long', { longest: LONGEST_KEY })
  if (!PRINTABLE.test(key)) throw new DomainError('key-not-printable', {})
  if (isTooSimple(key)) throw new DomainError('key-too-simple', {})
  return key
}
