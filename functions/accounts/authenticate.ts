import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { openTable } from '../../shared/aws/clients.ts'
import { type Credentials, readCredentials } from '../../shared/aws/secrets.ts'
import { findUserByKey } from '../../shared/aws/user-store.ts'
import { CredentialsEnv, readEnv, TableEnv } from '../../shared/env.ts'
import { DomainError } from '../../shared/errors.ts'
import { ADMIN, type Caller } from '../../shared/user.ts'
import { lazily } from '../lazily.ts'

const table = lazily(() => openTable(readEnv(TableEnv)))
export const credentials = lazily(() => readCredentials(readEnv(CredentialsEnv)))

/** Who sent these headers. @throws DomainError `unauthorized` */
export async function authenticate(headers: Record<string, string | undefined>): Promise<Caller> {
  const key = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
  if (!key) throw new DomainError('unauthorized', {})
  const known: Credentials = await credentials()
  if (equal(key, known.adminKey)) return { username: ADMIN, role: 'admin' }
  const user = await findUserByKey(table(), hashKey(key, known.keyPepper))
  if (!user) throw new DomainError('unauthorized', {})
  return { username: user.username, role: user.role }
}

/** How a user's key is stored and found: a stolen table opens nothing without the pepper. */
export const hashKey = (key: string, pepper: string): string => createHmac('sha256', pepper).update(key).digest('hex')

/** In constant time, whatever the lengths. */
const equal = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))
const digest = (text: string) => createHash('sha256').update(text).digest()
