import type { Reply } from './reply.ts'
import { servicePage } from './service-page.ts'

/**
 * The page that browsers get for an address that leads to nothing. It shows nothing of the address.
 *
 * @param depth - how many folders up the page starts that it leads to. The link is relative, so it also works behind a proxy that
 *   adds a prefix to paths.
 */
export const notFoundPage = (depth: number, start: string): Reply<undefined> =>
  servicePage(
    404,
    'Page not found',
    `<h1>Page not found</h1>
<p>There is nothing at this address, or your account may not read it.</p>
<p><a href="${'../'.repeat(depth) || './'}">${start}</a></p>`,
  )
