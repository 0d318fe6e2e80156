import { formatSourceRange } from '../../shared/page.ts'
import { visibleLine } from '../../shared/visible-text.ts'
import { reasons } from '../review/review-page.ts'
import type { Evaluation, WrongCitation } from './evaluate.ts'

/** How many findings of a kind are listed. */
const MOST_LISTED = 20
const LONGEST_TEXT = 120

/** How many faults a site has. Sections without a source and names that no page mentions are figures, not faults. */
export const countFaults = ({ off, wrong, empty, deadLinks, commands, repeated }: Evaluation): number =>
  [off, wrong, empty, deadLinks, commands, repeated].reduce((all, { length }) => all + length, 0)

/** An evaluation on one line. */
export function summaryOf(evaluation: Evaluation): string {
  const { pages, citations, off, wrong, sections, unsourced, empty, deadLinks, commands, repeated, exported } =
    evaluation
  return [
    `${count(pages, 'page')}`,
    `${count(citations, 'citation')}: ${citations - off.length - wrong.length} right, ${off.length} off, ${wrong.length} wrong`,
    `${unsourced.length} of ${count(sections, 'section')} without a source, ${empty.length} empty`,
    `${count(deadLinks.length, 'dead link')}`,
    `${count(commands.length, 'unknown option')} and commands`,
    `${count(repeated.length, 'repeated paragraph')}`,
    `${exported.mentioned} of ${count(exported.names, 'exported name')} mentioned`,
  ].join('; ')
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

/** An evaluation as people read it: every fault with its page. */
export function reportOf(evaluation: Evaluation): string {
  const { off, wrong, unsourced, empty, deadLinks, commands, repeated, exported } = evaluation
  const onPage = ({ page, text }: { page: string; text: string }) => `${page}: ${line(text)}`
  const parts = [
    list('Citations that are off: the file has it elsewhere', off, describeCitation),
    list('Citations that are wrong', wrong, describeCitation),
    list('Dead links', deadLinks, onPage),
    list('Options and commands that the code does not have', commands, onPage),
    list('Paragraphs that another page has too', repeated, (one) => `${onPage(one)} (also in ${one.on})`),
    list('Empty sections', empty, onPage),
    list('Sections without a source', unsourced, onPage),
    list('Exported names that no page mentions', exported.missing, line),
  ]
  return [...parts.filter((part) => part !== ''), `${summaryOf(evaluation)}.`].join('\n\n')
}

function list<Finding>(title: string, findings: readonly Finding[], describe: (finding: Finding) => string): string {
  if (findings.length === 0) return ''
  const more = findings.length > MOST_LISTED ? [`  … and ${findings.length - MOST_LISTED} more`] : []
  const lines = findings.slice(0, MOST_LISTED).map((finding) => `  ${describe(finding)}`)
  return [`${title} (${findings.length}):`, ...lines, ...more].join('\n')
}

function describeCitation({ page, range, text, fault, place, isMarked }: WrongCitation): string {
  const shown = line(text) === '' ? '' : ` "${line(text)}"`
  const where = place ? `; see ${formatSourceRange(place)}` : ''
  return `${page}:${shown} at ${formatSourceRange(range)}: ${reasons[fault]}${where}${isMarked ? ' (marked on the page)' : ''}`
}

function line(text: string): string {
  const words = visibleLine(text).replace(/\s+/g, ' ').trim()
  return words.length > LONGEST_TEXT ? `${words.slice(0, LONGEST_TEXT)}…` : words
}
