import type { Element } from 'hast'
import { type Child, h } from 'hastscript'
import { type ForgeKind, namedForge } from '../../shared/forge.ts'
import type { SourceRange } from '../../shared/page.ts'
import { forgeUrl } from './forge-urls.ts'
import { linesText } from './source-range.ts'
import type { Texts } from './texts/en.ts'

/** The `rel` of every link that leaves the site. */
export const EXTERNAL_REL = ['noopener', 'noreferrer', 'nofollow']

/** Where the documented code can be browsed. */
export interface Browsable {
  browseUrl: string | null
  /** If absent, the host's name tells it. */
  forge?: ForgeKind
  commit: string
  /** Of the site; English if absent. */
  texts?: Texts
}

/** A link to the lines on the repository's host; just the label when the repository cannot be browsed. */
export function sourceLink(range: SourceRange, at: Browsable, ...label: readonly Child[]): Element {
  const href = sourceUrl(range, at)
  const title = `${range.path}, ${linesText(range, at.texts)}`
  return href
    ? h('a', { className: ['source'], href, rel: EXTERNAL_REL, title }, ...label)
    : h('span', { className: ['source'], title }, ...label)
}

/** Where the repository can be browsed; undefined if that is not an http(s) address. */
export const repositoryUrl = (browseUrl: string | null): string | undefined =>
  browseUrl !== null && /^https?:/.test(URL.parse(browseUrl)?.protocol ?? '') ? browseUrl : undefined

/** The URL of a file, of some of its lines, or of a folder, at the commit; undefined without a host whose URLs are known. */
export function sourceUrl(range: SourceRange, { browseUrl, forge, commit }: Browsable): string | undefined {
  const url = URL.parse(browseUrl ?? '')
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  const kind = forge ?? namedForge(url.hostname)
  return kind && forgeUrl(kind, url.origin + url.pathname.replace(/(?<!\/)\/+$/, ''), { ...range, commit })
}
