import { accounts } from '../api/endpoints/accounts.ts'
import { openApiDocument } from '../api/openapi.ts'
import { DefaultsEnv, providers, readEnv } from '../shared/env.ts'
import { DomainError, isDomainError } from '../shared/errors.ts'
import { type Caller, isAdmin } from '../shared/user.ts'
import { isCrossSite, refuseCrossSite } from './accounts/cross-site.ts'
import { logIn } from './accounts/log-in.ts'
import { rotateOwnKey } from './accounts/rotate-key.ts'
import { endSession, hasSession } from './accounts/sessions.ts'
import { formBody } from './http/form-body.ts'
import { localPath, loginPage } from './http/login-page.ts'
import type { Reply } from './http/reply.ts'
import { type Call, serve } from './http/serve.ts'
import { lazy } from './lazy.ts'
import { table } from './resources/table.ts'
import type { Resources } from './resources.ts'

/** What needs no project: is the service up, which models are there, who am I, in and out. And every address that is none. */
export const handler = serve('session', () => ({ table: table() }), {
  health: async () => ({ status: 200, json: { status: 'ok' } }),
  models: async () => ({ status: 200, json: models() }),
  refreshModels: async () => ({ status: 200, json: models() }),
  openapi: async () => ({ status: 200, json: document() }),
  me: async ({ caller }) => ({ status: 200, json: described(caller) }),
  rotateKey: async ({ user, body, address }, resources) => {
    return await rotateOwnKey(resources, user, { key: body.new_key, address })
  },
  login: logInByJson,
  logout: async ({ headers }, resources) => {
    if (hasSession(headers)) refuseCrossSite(headers)
    return { status: 200, cookies: [await endSession(resources.table, headers)], json: { ok: true } }
  },
  loginPage: async ({ query }) => loginPage(200, localPath(query.next)),
  submitLogin: logInByForm,
  logoutPage: async ({ headers, event }, resources) => {
    const Location = '/login'
    // A link or an image on another site must not log anyone out.
    if (event.httpMethod === 'HEAD' || isCrossSite(headers)) return { status: 302, headers: { Location } }
    const cookies = [await endSession(resources.table, headers)]
    return { status: 302, headers: { Location, 'Cache-Control': 'no-store' }, cookies }
  },
})

/** The same for every request: made once. */
const document = lazy(openApiDocument)

const described = ({ username, role }: Caller) => ({ username, role, is_admin: isAdmin({ username, role }) })

async function logInByJson({ body, headers, address }: Call<typeof accounts.login>, resources: Resources<'table'>) {
  const { username, api_key: apiKey } = body
  // To be logged in as somebody else, unawares, is no better than to be written for.
  refuseCrossSite(headers)
  if (!username || !apiKey) throw new DomainError('credentials-required', {})
  const { caller, cookie } = await logIn(resources.table, { username, apiKey }, address)
  return { status: 200, headers: { 'Cache-Control': 'no-store' }, cookies: [cookie], json: described(caller) }
}

async function logInByForm(
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

/** The default and what the operator suggests; nothing of what users did. */
function models() {
  const { AI_PROVIDER, AI_MODEL, AI_MODELS } = readEnv(DefaultsEnv)
  const names = [...new Set([...(AI_MODEL ? [`${AI_PROVIDER}/${AI_MODEL}`] : []), ...AI_MODELS])]
  const of = (provider: string) =>
    names.filter((name) => name.startsWith(`${provider}/`)).map((name) => name.slice(provider.length + 1))
  return {
    providers,
    default_provider: AI_PROVIDER,
    default_model: AI_MODEL,
    available_models: Object.fromEntries(
      providers.map((provider) => [provider, of(provider).map((id) => ({ id, name: id, provider }))]),
    ),
  }
}
