import { createHmac, randomBytes } from 'node:crypto'
import { DomainError } from '../../shared/errors.ts'
import { credentials } from './credentials.ts'

/** How a user's key is stored and found: a stolen table opens nothing without the pepper. */
export const hashKey = (key: string, pepper: string): string => createHmac('sha256', pepper).update(key).digest('hex')

/** With the pepper of this service. */
export const keyHashOf = async (key: string): Promise<string> => hashKey(key, (await credentials()).keyPepper)

/** A key that nobody guesses. */
export const newKey = (): string => `docsfy_${randomBytes(32).toString('base64url')}`

const SHORTEST = 16
const LONGEST = 256

/** A key that somebody chose. @throws DomainError `key-too-short`, `key-too-long`; `key-not-printable`: no header could carry it */
export function checkedKey(key: string): string {
  if ([...key].length < SHORTEST) throw new DomainError('key-too-short', { shortest: SHORTEST })
  if (key.length > LONGEST) throw new DomainError('key-too-long', { longest: LONGEST })
  if (!/^[\x21-\x7e]+$/.test(key)) throw new DomainError('key-not-printable', {})
  return key
}
