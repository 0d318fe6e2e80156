import { createHash } from 'node:crypto'
import type { Reply } from './reply.ts'

/**
 * A page of the service itself, apart from the dashboard. It works without scripts, in light and dark mode, with a keyboard and with
 * screen readers.
 *
 * @param main - HTML
 */
export function servicePage(status: number, title: string, main: string): Reply<undefined> {
  return {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'Cache-Control': 'no-store',
      // With `no-referrer` a form would be submitted without an `Origin`.
      'Referrer-Policy': 'same-origin',
    },
    body: htmlOf(title, main),
  }
}

export const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** The colours of the dashboard (web/src/styles/main.css). */
const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#fff, #0f1218); color: light-dark(#1a1f29, #e6e9ef) }
main { width: min(22rem, 100% - 2rem) }
h1 { font-size: 1.5rem }
a { color: light-dark(#1a4fa0, #a8c7fa) }
label { display: block; margin-top: 1rem; font-weight: 600 }
input, button { box-sizing: border-box; width: 100%; padding: .6rem; font: inherit; color: inherit; background: light-dark(#fff, #0f1218); border: 1px solid light-dark(#555e6e, #a4adbb); border-radius: .3rem }
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

const htmlOf = (title: string, main: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · docsfy</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`
