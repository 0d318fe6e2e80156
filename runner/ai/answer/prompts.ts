import type { RepoType } from '../../../shared/generation.ts'
import type { Plan, PlannedPage } from '../../../shared/plan.ts'
import { fillPrompt } from './fill-prompt.ts'

/** Part of every stored plan's and page's key. Change it when answers to the old prompts can no longer be used. */
export const PROMPT_VERSION = '3'

/** The last line of every page. An answer without it was cut off. */
export const END_OF_PAGE = '<!-- docsfy:end -->'

interface Subject {
  project: string
  repoType: RepoType | null
}

/** What every call is told beside its task: for whom to write, how, and what to trust. */
export const systemPrompt = (): string => fillPrompt('system')

/** Asks for a {@link Plan} of the repository in the working directory, as JSON. */
export const planPrompt = (subject: Subject, problems: readonly string[] = []): string =>
  asked(fillPrompt('plan', { ...about(subject), rejected: rejected(problems) }))

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
    fillPrompt('plan-update', { ...about(subject), rejected: rejected(problems), ...known, differences: shown }),
  )
}

/** What was written before, for a page that is written again. */
export interface FormerPage {
  markdown: string
  /** How its sources have changed since, as far as that is known. */
  differences: string
}

/** Asks for one page of the plan, as markdown. */
export const pagePrompt = (
  subject: Subject,
  page: PlannedPage,
  pages: readonly PlannedPage[],
  former?: FormerPage,
): string => asked(pageTask(subject, page, pages, former ? rewriteOf(former) : ''))

/** Asks for a page once more, with a list of what is wrong with it. */
export const repairPrompt = (
  subject: Subject,
  page: PlannedPage,
  pages: readonly PlannedPage[],
  { markdown, problems }: { markdown: string; problems: readonly string[] },
): string =>
  asked(pageTask(subject, page, pages, fillPrompt('page-repair', { page: markdown, problems: listed(problems) })))

function pageTask(subject: Subject, page: PlannedPage, pages: readonly PlannedPage[], former: string): string {
  const { title, description, files = [] } = page
  const paths = files.map((path) => `\`${path}\``).join(', ')
  return fillPrompt('page', {
    ...about(subject),
    ...{ title, brief: description || title },
    files: paths && fillPrompt('page-files', { files: paths }),
    pages: pages.map((other) => `- [${other.title}](${other.slug}.md)`).join('\n'),
    ...{ end_mark: END_OF_PAGE, former },
  })
}

const about = ({ project, repoType }: Subject) => ({
  project,
  repository_type: repoType ? fillPrompt(`repository-types/${repoType}`) : '',
})

const rejected = (problems: readonly string[]): string =>
  problems.length > 0 ? fillPrompt('rejected-plan', { problems: listed(problems) }) : ''

const listed = (problems: readonly string[]): string => problems.map((problem) => `- ${problem}`).join('\n')

const rewriteOf = ({ markdown, differences }: FormerPage): string =>
  fillPrompt('page-rewrite', {
    page: quoted(markdown),
    differences: differences === '' ? '' : fillPrompt('page-differences', { differences: quoted(differences) }),
  })

/** Material in a prompt. It cannot hold the end mark: an answer that repeats it would end there. */
const quoted = (text: string): string => `<<<<\n${text.replaceAll(END_OF_PAGE, '<!-- … -->')}\n>>>>`

const asked = (prompt: string): string => `${prompt}\n`
