import { countBy } from '../clone/code-files.ts'
import type { Project } from '../project.ts'
import { architecture } from './architecture.ts'
import { commands } from './commands.ts'
import { configuration } from './configuration.ts'
import { changes, contributing } from './contributing.ts'
import { dependencies } from './dependencies.ts'
import type { Draft } from './draft.ts'
import { gettingStarted } from './getting-started.ts'
import { guides } from './guides.ts'
import { overview } from './overview.ts'
import { partPages } from './part-pages.ts'
import { publicApi } from './public-api.ts'
import { tests } from './tests.ts'
import { withUniqueTitles } from './unique-titles.ts'

/** The runner's limit for a plan. */
const mostPages = 60

/** Every page that there is material for, in reading order. The same clone gives the same pages. */
export async function draftsOf(project: Project): Promise<Draft[]> {
  const uses = mentions(project)
  const code = [
    ...(await architecture(project)),
    ...(await publicApi(project, uses)),
    ...(await partPages(project, uses)),
  ]
  const work = [
    ...commands(project),
    ...(await configuration(project)),
    ...tests(project),
    ...dependencies(project),
    ...contributing(project),
    ...changes(project),
  ]
  const start = gettingStarted(project)
  const documents = guides(project, mostPages - code.length - work.length - start.length - 2)
  const others = withUniqueTitles([...start, ...documents, ...code, ...work])
  const all = [overview(project, others), ...others]
  return all.filter(({ slug }, index) => all.findIndex((one) => one.slug === slug) === index)
}

/** How often the README, the guides and the examples mention a name. */
function mentions({ readme, guides, examples, repository }: Project): (name: string) => number {
  const texts = [
    readme?.file.text,
    ...[...guides.slice(0, 80), ...examples.slice(0, 80)].map((path) => repository.peek(path)?.text),
  ]
  const counts = new Map(
    countBy(
      texts.flatMap((text) => text?.match(/\w{3,}/g) ?? []),
      (word) => word,
    ),
  )
  return (name) => counts.get(name.replace(/^.*[.:]/, '')) ?? 0
}
