import { createHash } from 'node:crypto'
import type { Reply } from './reply.ts'

/** The login page. It works without scripts, in light and dark mode, with a keyboard and with screen readers. */
export function loginPage(status: number, next: string, problem?: string): Reply<undefined> {
  return {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'Cache-Control': 'no-store',
      // With `no-referrer` the form would be submitted without an `Origin`.
      'Referrer-Policy': 'same-origin',
    },
    body: htmlOf(next, problem),
  }
}

/**
 * Where to go after login: a path on this service, never a URL that a browser could resolve to another host. Anything else becomes
 * `/`.
 */
export function localPath(next: string | undefined): string {
  const isLocal = next !== undefined && /^\/(?!\/)/.test(next) && !/[\\\p{Cc}]/u.test(next)
  return isLocal ? next.toWellFormed().replaceAll(/[^\x21-\x7e]/gu, encodeURIComponent) : '/'
}

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText }
main { width: min(22rem, 100% - 2rem) }
h1 { font-size: 1.5rem }
label { display: block; margin-top: 1rem; font-weight: 600 }
input, button { box-sizing: border-box; width: 100%; padding: .6rem; font: inherit; border: 1px solid GrayText; border-radius: .3rem }
button { margin-top: 1.5rem; border: 0; background: light-dark(#1a4fa0, #a8c7fa); color: light-dark(#fff, #062e6f); font-weight: 600; cursor: pointer }
:focus-visible { outline: 3px solid light-dark(#1a4fa0, #a8c7fa); outline-offset: 2px }
[role=alert] { color: light-dark(#a01515, #ffb4ab) }
`

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const htmlOf = (next: string, problem: string | undefined): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in · docsfy</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Log in to docsfy</h1>
${problem === undefined ? '' : `<p role="alert">${escaped(problem)}</p>`}
<form method="post" action="/login">
<label for="username">Username</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus>
<label for="api_key">API key</label>
<input id="api_key" name="api_key" type="password" autocomplete="current-password" required>
<input type="hidden" name="next" value="${escaped(next)}">
<button>Log in</button>
</form>
</main>
</body>
</html>
`

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
