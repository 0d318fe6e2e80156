import { accounts } from '../../api/endpoints/accounts.ts'
import { DomainError, isDomainError } from '../../shared/errors.ts'
import { type Caller, isAdmin } from '../../shared/user.ts'
import { formBody } from '../http/form-body.ts'
import { localPath, loginPage } from '../http/login-page.ts'
import type { Reply } from '../http/reply.ts'
import type { Call } from '../http/serve.ts'
import type { Resources } from '../resources.ts'
import { refuseCrossSite } from './cross-site.ts'
import { logIn } from './log-in.ts'

/** POST /api/auth/login. @throws DomainError `cross-site`, `credentials-required`, `wrong-login`, `too-many-failures` */
export async function logInByJson(
  { body, headers, address }: Call<typeof accounts.login>,
  resources: Resources<'table'>,
) {
  const { username, api_key: apiKey } = body
  // Another site must not be able to log a browser in under someone else's account.
  refuseCrossSite(headers)
  if (!username || !apiKey) throw new DomainError('credentials-required', {})
  const { caller, cookie } = await logIn(resources.table, { username, apiKey }, address)
  return { status: 200, headers: { 'Cache-Control': 'no-store' }, cookies: [cookie], json: describeCaller(caller) }
}

/** POST /login: errors appear on the login page. @throws DomainError `cross-site`, `body-too-large` */
export async function logInByForm(
  { event, headers, address }: Call<typeof accounts.submitLogin>,
  resources: Resources<'table'>,
): Promise<Reply<undefined>> {
  const { username, api_key: apiKey, next } = formBody(event, accounts.submitLogin.form)
  refuseCrossSite(headers)
  const place = localPath(next)
  try {
    const { cookie } = await logIn(resources.table, { username, apiKey }, address)
    return { status: 302, headers: { Location: place, 'Cache-Control': 'no-store' }, cookies: [cookie] }
  } catch (error) {
    if (isDomainError(error, 'wrong-login')) return loginPage(401, place, 'Invalid username or password')
    if (!isDomainError(error, 'too-many-failures')) throw error
    const seconds = error.details.retryAfterSeconds
    const page = loginPage(429, place, `Too many failed attempts. Try again in ${seconds} seconds.`)
    return { ...page, headers: { ...page.headers, 'Retry-After': String(seconds) } }
  }
}

/** The caller as the API shows it. */
export const describeCaller = ({ username, role }: Caller) => ({
  username,
  role,
  is_admin: isAdmin({ username, role }),
})
