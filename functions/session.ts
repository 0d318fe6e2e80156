import { openApiDocument } from '../api/openapi.ts'
import { isCrossSite, isFromSite, refuseCrossSite } from './accounts/cross-site.ts'
import { describeCaller, logInByForm, logInByJson } from './accounts/log-in-replies.ts'
import { rotateOwnKey } from './accounts/rotate-key.ts'
import { endSession, hasSession } from './accounts/sessions.ts'
import { localPath, loginPage } from './http/login-page.ts'
import { serve } from './http/serve.ts'
import { lazy } from './lazy.ts'
import { table } from './resources/table.ts'
import { models } from './service/models.ts'

/** Endpoints that need no project: health, models, login, logout and the caller. Also the fallback for unknown paths. */
export const handler = serve('session', () => ({ table: table() }), {
  health: async () => ({ status: 200, json: { status: 'ok' } }),
  models: async () => ({ status: 200, json: models() }),
  refreshModels: async () => ({ status: 200, json: models() }),
  openapi: async () => ({ status: 200, json: document() }),
  me: async ({ caller }) => ({ status: 200, json: describeCaller(caller) }),
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
    // A link or image on another site, or on a documentation site, must not log anyone out.
    if (event.httpMethod === 'HEAD' || isCrossSite(headers) || isFromSite(headers))
      return { status: 302, headers: { Location } }
    const cookies = [await endSession(resources.table, headers)]
    return { status: 302, headers: { Location, 'Cache-Control': 'no-store' }, cookies }
  },
})

const document = lazy(openApiDocument)
