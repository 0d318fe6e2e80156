import { formatSourceRange, parseSourceRange, type SourceRange } from '../../shared/page.ts'
import { citationsIn } from '../site/citations.ts'

/** Where a cited place is now: the same, another, or undefined if what it shows has changed. */
export type Move = (range: SourceRange) => SourceRange | undefined

/**
 * Moves a page's citations to where the cited files and lines are now, and leaves everything else as it is. Undefined if a citation
 * cannot be moved, or if the text names a moved file elsewhere: then the page must be written anew.
 */
export function moveCitations(markdown: string, move: Move): string | undefined {
  const before = citationsIn(markdown)
  const targets = before.map(({ range }) => move(range))
  if (targets.some((target) => target === undefined)) return undefined
  const movedPaths = new Map<string, string>()
  for (const [index, { range }] of before.entries()) {
    const target = targets[index]
    if (target && target.path !== range.path) movedPaths.set(range.path, target.path)
  }
  const moved = markdown
    .replaceAll(LINK, (whole, label: string, open: string, url: string) => {
      const target = movedTarget(url.replace(/^source:/i, ''), move)
      if (target === undefined) return whole
      const scheme = /^source:/i.exec(url)?.[0] ?? ''
      return `[${relabelled(label, movedPaths)}](${open}${scheme}${target}`
    })
    .replaceAll(DEFINITION, (whole, begin: string, url: string) => {
      const target = movedTarget(url, move)
      return target === undefined ? whole : `${begin}source:${target}`
    })
    .replaceAll(FENCE, (whole, begin: string, quote: string, url: string) => {
      const target = movedTarget(url, move)
      return target === undefined ? whole : `${begin}source=${quote}${target}`
    })
  // The page's own parser has the last word on what it cites.
  const after = citationsIn(moved)
  const isRight =
    after.length === before.length &&
    after.every(({ range, kind, text }, index) => {
      const target = targets[index]
      return (
        target &&
        formatSourceRange(range) === formatSourceRange(target) &&
        (kind === 'link' || text === before[index]?.text)
      )
    })
  return isRight && !namesOne(moved, [...movedPaths.keys()]) ? moved : undefined
}

/** `[label](source:path#L1-L2` and `[label](path#L1-L2`, without what follows. */
const LINK = /\[([^[\]\n]{0,500})\]\((<?)([^()\s<>]+)/g
/** `[label]: source:path#L1-L2` */
const DEFINITION = /^( {0,3}\[[^[\]\n]{1,500}\]: {0,9}<?)source:([^\s<>]+)/gim
/** The info string of a fence: `ts source=path#L1-L2` */
const FENCE = /^([ >]{0,20}(?:`{3,20}|~{3,20})[^`\n]{0,100}?)source=(["']?)([^\s"'`]+)/gm

/** The new form of a citation; undefined if the text is none, or stays as it is. */
function movedTarget(url: string, move: Move): string | undefined {
  const range = parseSourceRange(url)
  const target = range && move(range)
  if (!range || !target) return undefined
  const formatted = formatSourceRange(target)
  return formatted === formatSourceRange(range) ? undefined : formatted
}

function relabelled(label: string, movedPaths: ReadonlyMap<string, string>): string {
  const former = [...movedPaths.keys()].find((path) => label.replaceAll('`', '').trim() === path)
  return former === undefined ? label : label.replace(former, movedPaths.get(former) ?? former)
}

/** Whether the text names one of the paths, and not a longer one. */
const namesOne = (markdown: string, paths: readonly string[]): boolean => paths.some((path) => names(markdown, path))

function names(markdown: string, path: string): boolean {
  for (let at = markdown.indexOf(path); at >= 0; at = markdown.indexOf(path, at + 1)) {
    const [before = '', after = ''] = [markdown[at - 1], markdown[at + path.length]]
    if (!/[\w/.-]/.test(before) && !/[\w/-]/.test(after)) return true
  }
  return false
}
