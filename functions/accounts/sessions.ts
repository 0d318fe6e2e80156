import { createHash, randomBytes } from 'node:crypto'
import { parseCookie, stringifySetCookie } from 'cookie'
import type { Table } from '../../shared/aws/clients.ts'
import { findSession, putSession, removeSession, type SessionItem } from '../../shared/aws/session-store.ts'
import { readEnv, SessionEnv } from '../../shared/env.ts'

const COOKIE = 'docsfy_session'
const SECONDS = 8 * 3_600

type Headers = Record<string, string | undefined>

/** Begins a session and returns its `Set-Cookie` value. */
export async function beginSession(table: Table, identity: Pick<SessionItem, 'username' | 'keyId'>): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const expiresAt = Math.floor(Date.now() / 1_000) + SECONDS
  await putSession(table, hashOf(token), { ...identity, expiresAt })
  return cookieLine(token, SECONDS)
}

/** The session in these headers, unless it has expired. The caller has to check that its key is still valid. */
export async function sessionOf(table: Table, headers: Headers): Promise<SessionItem | undefined> {
  const token = tokenIn(headers)
  return token === undefined ? undefined : await findSession(table, hashOf(token))
}

/** Ends the session in these headers, if any, and returns the `Set-Cookie` value that clears the cookie. */
export async function endSession(table: Table, headers: Headers): Promise<string> {
  const token = tokenIn(headers)
  if (token !== undefined) await removeSession(table, hashOf(token))
  return cookieLine('', 0)
}

/** Whether these headers contain a session token. */
export const hasSession = (headers: Headers): boolean => tokenIn(headers) !== undefined

/** Ignores anything that isn't one of our tokens. */
function tokenIn({ cookie = '' }: Headers): string | undefined {
  const token = parseCookie(cookie)[COOKIE] ?? ''
  return /^[\w-]{43}$/.test(token) ? token : undefined
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** `SameSite=Lax` instead of `Strict`, so that links from a chat open logged in. */
function cookieLine(token: string, seconds: number): string {
  const secure = readEnv(SessionEnv).SECURE_COOKIES
  return stringifySetCookie({
    name: COOKIE,
    value: token,
    path: '/',
    maxAge: seconds,
    httpOnly: true,
    sameSite: 'lax',
    secure,
  })
}
