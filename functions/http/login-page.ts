import type { Reply } from './reply.ts'
import { escaped, servicePage } from './service-page.ts'

/** The login page, which goes on to `next`. */
export const loginPage = (status: number, next: string, problem?: string): Reply<undefined> =>
  servicePage(status, 'Log in', mainOf(next, problem))

/**
 * Where to go after login: a path on this service, never a URL that a browser could resolve to another host. Anything else becomes
 * `/`.
 */
export function localPath(next: string | undefined): string {
  const isLocal = next !== undefined && /^\/(?!\/)/.test(next) && !/[\\\p{Cc}]/u.test(next)
  return isLocal ? next.toWellFormed().replaceAll(/[^\x21-\x7e]/gu, encodeURIComponent) : '/'
}

const mainOf = (next: string, problem: string | undefined): string => `<h1>Log in to docsfy</h1>
${problem === undefined ? '' : `<p role="alert">${escaped(problem)}</p>`}
<form method="post" action="/login">
<label for="username">Username</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus>
<label for="api_key">API key</label>
<input id="api_key" name="api_key" type="password" autocomplete="current-password" required>
<input type="hidden" name="next" value="${escaped(next)}">
<button>Log in</button>
</form>`
