import { createHash, randomBytes } from 'node:crypto'
import { parseCookie, stringifySetCookie } from 'cookie'
import type { Table } from '../../shared/aws/clients.ts'
import { findSession, putSession, removeSession, type SessionItem } from '../../shared/aws/session-store.ts'
import { readEnv, SessionEnv } from '../../shared/env.ts'

const COOKIE = 'docsfy_session'
const SECONDS = 8 * 3_600

type Headers = Record<string, string | undefined>

/** Begins a session, and gives the `Set-Cookie` line that hands it to the browser. */
export async function beginSession(table: Table, whose: Pick<SessionItem, 'username' | 'keyId'>): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const expiresAt = Math.floor(Date.now() / 1_000) + SECONDS
  await putSession(table, hashOf(token), { ...whose, expiresAt })
  return cookieLine(token, SECONDS)
}

/** The session that these headers name, unless it has expired; whether its key still counts, the user's item says. */
export async function sessionOf(table: Table, headers: Headers): Promise<SessionItem | undefined> {
  const token = tokenIn(headers)
  return token === undefined ? undefined : await findSession(table, hashOf(token))
}

/** Ends the session that these headers name, if any, and gives the `Set-Cookie` line that makes the browser forget it. */
export async function endSession(table: Table, headers: Headers): Promise<string> {
  const token = tokenIn(headers)
  if (token !== undefined) await removeSession(table, hashOf(token))
  return cookieLine('', 0)
}

/** Whether the browser sent a session along. */
export const hasSession = (headers: Headers): boolean => tokenIn(headers) !== undefined

/** What is no token of ours is not looked up. */
function tokenIn({ cookie = '' }: Headers): string | undefined {
  const token = parseCookie(cookie)[COOKIE] ?? ''
  return /^[\w-]{43}$/.test(token) ? token : undefined
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** Lax, not strict: a link in a chat has to open. */
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
