import { type Citation, formatSourceRange, type Unconfirmed } from '../../shared/page.ts'
import type { RenderedFacts } from '../site/check-rendering.ts'
import type { Cited } from '../site/citations.ts'
import type { Section } from '../site/page-facts.ts'
import { linesText } from '../site/source-range.ts'
import type { Fault, Verdict } from './check-citation.ts'
import { type Checked, checkCitations } from './check-citations.ts'
import type { CodeIndex } from './code-index.ts'
import { unknownCommands } from './commands.ts'
import type { KnownParagraphs } from './repeated.ts'

/** What the check of a page has found. */
export interface Review {
  verdicts: Verdict[]
  citations: Citation[]
  unconfirmed: Unconfirmed[]
  /** What is wrong, in words, for whoever wrote the page. */
  problems: string[]
}

/** What a page is checked against. */
export interface ReviewedAgainst extends Checked {
  code: CodeIndex
  paragraphs: KnownParagraphs
}

/** Checks a page, by its facts, against the repository and the other pages. */
export async function reviewPage(slug: string, facts: RenderedFacts, against: ReviewedAgainst): Promise<Review> {
  const verdicts = await checkCitations(facts.cited, against)
  const citations = facts.cited.map(({ range }, index) => ({ ...range, verified: !verdicts[index]?.fault }))
  const commands = unknownCommands(facts, against.code)
  const sections = unsourced(facts.sections)
  const empty = facts.sections.filter(({ isEmpty, title }) => isEmpty && title !== '')
  const repeated = against.paragraphs.repeatedIn(slug, facts.paragraphs)
  return {
    ...{ verdicts, citations },
    unconfirmed: [
      ...commands,
      ...[...sections, ...empty].map(({ title }): Unconfirmed => ({ kind: 'section', text: title })),
      ...repeated.map(({ text }): Unconfirmed => ({ kind: 'repeated', text })),
    ],
    problems: [
      ...facts.cited.flatMap((one, index) => citationProblem(one, verdicts[index]?.fault)),
      ...facts.deadLinks.map((href) => `The link to ${quote(href)} leads to no page of the site and to no heading.`),
      ...commands.map(({ kind, text }) => `The repository has no ${kind} ${quote(text)}.`),
      ...sections.map(({ title }) => `The section ${quote(title)} names no source.`),
      ...empty.map(({ title }) => `The section ${quote(title)} is empty.`),
      ...repeated.map(({ text, on }) => `The page ${on}.md says this too; link to it instead: ${quote(text)}`),
    ],
  }
}

/** Words of prose that can be written without having looked at anything. */
const MOST_UNSOURCED = 60

/** Sections of a page, with their subsections, that say much and cite nothing. */
export const unsourced = (sections: readonly Section[]): Section[] =>
  sections.filter(
    ({ title, depth, words, sources }) => title !== '' && depth === 2 && sources === 0 && words > MOST_UNSOURCED,
  )

/** What a fault means, completing "the citation: …". */
export const reasons: Record<Fault, string> = {
  'no-file': 'the repository has no such file',
  'no-lines': 'the file has no such lines',
  blank: 'these lines are blank',
  empty: 'these lines cannot be filled in',
  altered: 'the file says something else there',
  'no-name': 'the name is not in these lines',
  'other-place': 'its text names another place',
}

function citationProblem({ range, kind, text }: Cited, fault: Fault | undefined): string[] {
  if (!fault) return []
  const place = `${formatSourceRange(range)} (${linesText(range)})`
  return [
    kind === 'link'
      ? `The link ${quote(text)} to ${place}: ${reasons[fault]}.`
      : `The excerpt of ${place}: ${reasons[fault]}.`,
  ]
}

const LONGEST_QUOTE = 200

const quote = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return `"${line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line}"`
}
