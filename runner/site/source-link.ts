import type { Element } from 'hast'
import { type Child, h } from 'hastscript'
import type { SourceRange } from '../../shared/page.ts'
import { linesText } from './source-range.ts'

/** The `rel` of every link that leaves the site. */
export const EXTERNAL_REL = ['noopener', 'noreferrer', 'nofollow']

/** Where the documented code can be browsed. */
export interface Browsable {
  browseUrl: string | null
  commit: string
}

/** A link to the lines on the repository's host; just the label when the repository cannot be browsed. */
export function sourceLink(range: SourceRange, at: Browsable, ...label: readonly Child[]): Element {
  const href = sourceUrl(range, at)
  const title = `${range.path}, ${linesText(range)}`
  return href
    ? h('a', { className: ['source'], href, rel: EXTERNAL_REL, title }, ...label)
    : h('span', { className: ['source'], title }, ...label)
}

/** Where the repository can be browsed; undefined if that is not an http(s) address. */
export const repositoryUrl = (browseUrl: string | null): string | undefined =>
  browseUrl !== null && /^https?:/.test(URL.parse(browseUrl)?.protocol ?? '') ? browseUrl : undefined

/** The URL of a file, or of some of its lines, on GitLab, Bitbucket, GitHub, or a host with GitHub's URLs; undefined without a host. */
export function sourceUrl(
  { path, startLine, endLine }: SourceRange,
  { browseUrl, commit }: Browsable,
): string | undefined {
  const url = URL.parse(browseUrl ?? '')
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  const base = url.origin + url.pathname.replace(/(?<!\/)\/+$/, '')
  const file = path.split('/').map(encodeURIComponent).join('/')
  const at = `${encodeURIComponent(commit)}/${file}`
  const lines = (anchor: string) => (startLine === undefined ? '' : anchor)
  if (url.hostname.includes('gitlab')) return `${base}/-/blob/${at}${lines(`#L${startLine}-${endLine}`)}`
  if (url.hostname.includes('bitbucket')) return `${base}/src/${at}${lines(`#lines-${startLine}:${endLine}`)}`
  return `${base}/blob/${at}${lines(`#L${startLine}-L${endLine}`)}`
}
