import * as z from 'zod'
import { boundedText, LONGEST_TEXT } from '../../shared/bounded-text.ts'
import { Role } from '../../shared/user.ts'
import { declare } from '../declare.ts'
import { EXAMPLE_KEY, NewKey } from '../new-key.ts'

const group = 'Sessions and keys'

const text = boundedText(LONGEST_TEXT).nullish()
const Caller = z.object({ username: z.string(), role: Role, is_admin: z.boolean() })
const admin = { username: 'admin', role: 'admin', is_admin: true }
const page = 'text/html; charset=utf-8'
const crossSite = 'A page on another site sent the request'
const badLogin = 'Wrong username or key'
const tooManyFailures = 'Too many failed attempts; wait for `Retry-After` seconds'

const loginPage = declare({
  method: 'GET',
  paths: ['/login'],
  summary: 'Show the login page',
  group,
  function: 'session',
  who: 'public',
  query: z.object({ next: z.string().optional().describe('Path on this service to go to after login') }),
  success: { 200: { description: 'The login page; it works without scripts', mediaType: page } },
})

const submitLogin = declare({
  method: 'POST',
  paths: ['/login'],
  summary: 'Log in with the form on the login page',
  group,
  function: 'session',
  who: 'public',
  form: z.object({ username: z.string().default(''), api_key: z.string().default(''), next: z.string().optional() }),
  success: { 302: { description: 'Redirects to `next`, or to `/`, and sets the cookie `docsfy_session`' } },
  errors: { 403: crossSite, 413: 'The form is too large' },
  errorPages: { 401: badLogin, 429: tooManyFailures },
  example: { body: { username: 'admin', api_key: '$DOCSFY_KEY' } },
})

const logoutPage = declare({
  method: 'GET',
  paths: ['/logout'],
  summary: 'Log out with a link',
  group,
  function: 'session',
  who: 'public',
  success: { 302: { description: 'Ends the session and redirects to `/login`' } },
})

const login = declare({
  method: 'POST',
  paths: ['/api/auth/login'],
  summary: 'Log in',
  group,
  function: 'session',
  who: 'public',
  body: z.object({ username: text, api_key: text }),
  accepted: {
    body: z.object({
      username: z.string().min(1).max(LONGEST_TEXT).describe('Name of a user, or `admin`'),
      api_key: z.string().min(1).max(LONGEST_TEXT).describe("The user's key, or the admin key"),
    }),
  },
  success: {
    200: { description: 'Sets the cookie `docsfy_session`, valid for 8 hours', json: Caller, example: admin },
  },
  errors: { 400: 'Username or key missing', 401: badLogin, 403: crossSite, 429: tooManyFailures },
  example: { body: { username: 'admin', api_key: '$DOCSFY_KEY' } },
})

const logout = declare({
  method: 'POST',
  paths: ['/api/auth/logout'],
  summary: 'Log out',
  group,
  function: 'session',
  who: 'public',
  success: {
    200: { description: 'Ended the session, if any', json: z.object({ ok: z.literal(true) }), example: { ok: true } },
  },
  errors: { 403: crossSite },
})

const me = declare({
  method: 'GET',
  paths: ['/api/auth/me'],
  summary: 'Get the caller',
  group,
  function: 'session',
  who: 'user',
  success: { 200: { description: 'The caller', json: Caller, example: admin } },
})

const rotateKey = declare({
  method: 'POST',
  paths: ['/api/me/rotate-key', '/api/auth/rotate-key'],
  summary: 'Rotate your own key',
  group,
  function: 'session',
  who: 'user',
  body: z.object({ new_key: text }),
  accepted: { body: z.object({ new_key: NewKey }) },
  success: {
    200: {
      description: 'The new key, shown only once. The old key and all sessions stop working',
      json: z.object({ username: z.string(), new_api_key: z.string() }),
      example: { username: 'alice', new_api_key: EXAMPLE_KEY },
    },
  },
  errors: {
    400: 'The key is too short, too easy to guess or already taken, or the caller uses the admin key, which is set in the environment',
  },
  example: { body: {}, key: '$USER_KEY' },
})

export const accounts = { loginPage, submitLogin, logoutPage, login, logout, me, rotateKey }
