import { type Plan, type PlannedPage, pagesOf } from '../../../shared/plan.ts'
import type { RepoType } from '../../../shared/repo-type.ts'
import { fillPrompt } from './fill-prompt.ts'

/** Part of every stored plan's and page's key. Change it when answers to the old prompts can no longer be used. */
export const PROMPT_VERSION = '4'

/** The last line of every page. An answer without it was cut off. */
export const END_OF_PAGE = '<!-- docsfy:end -->'

interface Subject {
  project: string
  /** As the request names it. */
  repoType: RepoType | null
}

/** What every call is told beside its task: for whom to write, how, and what to trust. */
export const systemPrompt = (): string => fillPrompt('system')

/** What is known of a repository before a model looks at it. */
export interface Inventory {
  /** What it consists of, on a few pages of text. */
  text: string
  /** How many pages suit a site about it. */
  pages: { least: number; most: number }
}

/** Asks for a {@link Plan} of the repository in the working directory, as JSON. */
export function planPrompt(subject: Subject, { text, pages }: Inventory, problems: readonly string[] = []): string {
  const known = {
    pages: `${pages.least} to ${pages.most}`,
    inventory: fillPrompt('plan-inventory', { inventory: quoted(text) }),
  }
  return asked(fillPrompt('plan', { ...about(subject), ...known, rejected: rejected(problems) }))
}

/** What a plan is brought up to date from. */
export interface PlanUpdate {
  plan: Plan
  /** Every path that has changed, one a line. */
  changes: string
  /** How the most important of them have changed, as far as that is known. */
  differences: string
}

/** Asks for a new version of a plan, for a repository that has changed since. */
export function planUpdatePrompt(
  subject: Subject,
  { plan, changes, differences }: PlanUpdate,
  problems: readonly string[] = [],
): string {
  const known = { plan: quoted(JSON.stringify(plan, null, 1)), changes: quoted(changes) }
  const shown = differences === '' ? '' : fillPrompt('plan-differences', { differences: quoted(differences) })
  return asked(
    fillPrompt('plan-update', {
      ...about(subject, plan),
      ...known,
      ...{ rejected: rejected(problems), differences: shown },
    }),
  )
}

/** What was written before, for a page that is written again. */
export interface FormerPage {
  markdown: string
  /** How its sources have changed since, as far as that is known. */
  differences: string
}

/** Asks for one page of the plan, as markdown. */
export const pagePrompt = (subject: Subject, page: PlannedPage, plan: Plan, former?: FormerPage): string =>
  asked(pageTask(subject, page, plan, former ? rewriteOf(former) : ''))

/** Asks for a page once more, with a list of what is wrong with it. */
export const repairPrompt = (
  subject: Subject,
  page: PlannedPage,
  plan: Plan,
  { markdown, problems }: { markdown: string; problems: readonly string[] },
): string =>
  asked(
    pageTask(subject, page, plan, fillPrompt('page-repair', { page: unmarked(markdown), problems: listed(problems) })),
  )

function pageTask(subject: Subject, page: PlannedPage, plan: Plan, former: string): string {
  const { title, description, brief = description, type, files = [] } = page
  const paths = files.map((path) => `\`${path}\``).join(', ')
  return fillPrompt('page', {
    ...about(subject, plan),
    ...{ title, brief: unmarked(brief || title) },
    ...{ shared: sharedBy(plan), language: languageOf(plan) },
    type: type ? fillPrompt(`page-types/${type}`) : '',
    files: paths && fillPrompt('page-files', { files: paths }),
    pages: pagesOf(plan).map(entryOf).join('\n'),
    related: relatedOf(page, plan),
    ...{ end_mark: END_OF_PAGE, former },
  })
}

/** What a request says of the repository counts more than what a plan does. */
function about({ project, repoType }: Subject, plan?: Plan) {
  const type = repoType ?? plan?.repo_type
  return { project, repository_type: type ? fillPrompt(`repository-types/${type}`) : '' }
}

/** The same words in the prompt for every page. */
function sharedBy({ project_name, tagline, summary = '', terms = [] }: Plan): string {
  if (summary === '' && terms.length === 0) return ''
  const words = terms.map(({ term, meaning }) => `- ${term}: ${meaning}`).join('\n')
  return fillPrompt('page-project', {
    summary: unmarked(summary || tagline || project_name),
    terms: terms.length > 0 ? fillPrompt('page-terms', { terms: unmarked(words) }) : '',
  })
}

const languageOf = ({ language }: Plan): string =>
  language && !/^en\b/i.test(language) ? fillPrompt('page-language', { language }) : ''

/** The link alone on its line: the summary stands below it. */
const entryOf = ({ slug, title, description }: PlannedPage): string =>
  `- [${title}](${slug}.md)${description ? `\n  ${unmarked(description)}` : ''}`

function relatedOf({ related = [] }: PlannedPage, plan: Plan): string {
  const links = pagesOf(plan)
    .filter(({ slug }) => related.includes(slug))
    .map(({ slug, title }) => `[${title}](${slug}.md)`)
  return links.length > 0 ? fillPrompt('page-related', { related: links.join(', ') }) : ''
}

const rejected = (problems: readonly string[]): string =>
  problems.length > 0 ? fillPrompt('rejected-plan', { problems: listed(problems) }) : ''

const listed = (problems: readonly string[]): string => problems.map((problem) => `- ${problem}`).join('\n')

const rewriteOf = ({ markdown, differences }: FormerPage): string =>
  fillPrompt('page-rewrite', {
    page: quoted(markdown),
    differences: differences === '' ? '' : fillPrompt('page-differences', { differences: quoted(differences) }),
  })

/** Material in a prompt. */
const quoted = (text: string): string => `<<<<\n${unmarked(text)}\n>>>>`

/** Without the end mark: an answer that repeats it would end there. */
const unmarked = (text: string): string => text.replaceAll(END_OF_PAGE, '<!-- … -->')

const asked = (prompt: string): string => `${prompt}\n`
