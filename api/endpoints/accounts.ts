import * as z from 'zod'
import { boundedText, LONGEST_TEXT } from '../../shared/bounded-text.ts'
import { Role } from '../../shared/user.ts'
import { declare } from '../declare.ts'

const group = 'Log in, log out, keys'

const text = boundedText(LONGEST_TEXT).nullish()
const Caller = z.object({ username: z.string(), role: Role, is_admin: z.boolean() })
const page = 'text/html; charset=utf-8'
const crossSite = 'A page of another site sent it'

const loginPage = declare({
  method: 'GET',
  paths: ['/login'],
  summary: 'The page to log in by',
  group,
  function: 'session',
  who: 'public',
  query: z.object({ next: z.string().optional().describe('Where to go afterwards: a path of this service') }),
  success: { 200: { description: 'A page that needs no script', mediaType: page } },
})

const submitLogin = declare({
  method: 'POST',
  paths: ['/login'],
  summary: 'Log in by the form of that page',
  group,
  function: 'session',
  who: 'public',
  form: z.object({ username: z.string().default(''), api_key: z.string().default(''), next: z.string().optional() }),
  success: { 302: { description: 'To `next`, or to `/`, with the cookie `docsfy_session`' } },
  errors: { 403: crossSite, 413: 'The form is too large' },
  errorPages: {
    401: 'Name and key do not belong together',
    429: 'Too many failed attempts: `Retry-After` says for how long',
  },
  example: { body: { username: 'admin', api_key: '$DOCSFY_KEY' } },
})

const logoutPage = declare({
  method: 'GET',
  paths: ['/logout'],
  summary: 'Log out by a link',
  group,
  function: 'session',
  who: 'public',
  success: { 302: { description: 'To `/login`; the session has ended' } },
})

const login = declare({
  method: 'POST',
  paths: ['/api/auth/login'],
  summary: 'Log in',
  group,
  function: 'session',
  who: 'public',
  body: z.object({ username: text, api_key: text }),
  success: { 200: { description: 'With the cookie `docsfy_session`, for 8 hours', json: Caller } },
  errors: {
    400: 'No name or no key',
    401: 'Name and key do not belong together',
    403: crossSite,
    429: 'Too many failed attempts: `Retry-After` says for how long',
  },
  example: { body: { username: 'admin', api_key: '$DOCSFY_KEY' } },
})

const logout = declare({
  method: 'POST',
  paths: ['/api/auth/logout'],
  summary: 'Log out',
  group,
  function: 'session',
  who: 'public',
  success: { 200: { description: 'The session has ended, if there was one', json: z.object({ ok: z.literal(true) }) } },
  errors: { 403: crossSite },
})

const me = declare({
  method: 'GET',
  paths: ['/api/auth/me'],
  summary: 'Who the caller is',
  group,
  function: 'session',
  who: 'user',
  success: { 200: { description: 'The caller', json: Caller } },
})

const rotateKey = declare({
  method: 'POST',
  paths: ['/api/me/rotate-key', '/api/auth/rotate-key'],
  summary: "Replace the caller's own key",
  group,
  function: 'session',
  who: 'user',
  body: z.object({ new_key: text.describe('At least 16 characters; a random one by default') }),
  success: {
    200: {
      description: 'The key, which is shown this once. The former one and all sessions have ended',
      json: z.object({ username: z.string(), new_api_key: z.string() }),
    },
  },
  errors: { 400: 'The key is too short, or taken; or the caller uses the admin key, which the configuration has' },
  example: { body: {}, key: '$USER_KEY' },
})

export const accounts = { loginPage, submitLogin, logoutPage, login, logout, me, rotateKey }
