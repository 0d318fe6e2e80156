import { posix } from 'node:path'
import { countBy, describeCounts } from '../clone/code-files.ts'
import { communityFileNamed } from '../clone/documents.ts'
import { sectionsAnywhereAbout } from '../clone/topics.ts'
import { languageOf } from '../languages/all.ts'
import { type Project, plural } from '../project.ts'
import { type Block, bullets, code, heading, type Inline, paragraph, table, titled } from '../writing/nodes.ts'
import { quoteSection } from '../writing/quote.ts'
import { cite, citeFile, citeFolder } from '../writing/sources.ts'
import { type Draft, draft, fromReadme } from './draft.ts'
import { makeRows, workflowCommands } from './runners.ts'

/** How to run the tests, where they are, and what they check. */
export const tests = (project: Project): Draft[] =>
  draft({
    group: 'Work with it',
    slug: 'tests',
    title: 'Tests',
    description: 'How to run the tests, where they are, and what they check.',
    blocks:
      project.tests.length === 0 && !project.readme ? [] : [...howToRun(project), ...where(project), ...names(project)],
  })

function howToRun(project: Project): Block[] {
  const { repository, manifests } = project
  const guide = project.read(communityFileNamed(repository, /^(contributing|hacking|development|testing)/i) ?? '')
  const sections = fromReadme(project, 'tests')
  const advised =
    sections.length > 0 || !guide
      ? sections
      : sectionsAnywhereAbout(guide.root, 'tests').flatMap((section) => quoteSection(section, 2, 60))
  const ofEcosystem = manifests.find(({ folder, ecosystem }) => folder === '' && ecosystem.test)
  const scripts = manifests.flatMap(({ file, commands }) =>
    commands
      .filter(({ name, kind }) => kind === 'script' && /test|cover|e2e|spec/.test(name))
      .map(({ name, runs, line }): Inline[][] => [[code(name)], [code(runs)], [cite(file, line, line)]]),
  )
  const targets = makeRows(repository, /^(test|check|spec|tests)[\w-]*$/)
  const rows = [...scripts, ...targets].slice(0, 25)
  const workflows = workflowCommands(repository, /\btest|\bspec\b|tox|nox|coverage|make check|bats |\brake\b/i).slice(
    0,
    10,
  )
  return [
    ...advised,
    ...titled('How to run them', [
      ...(ofEcosystem && project.tests.length > 0
        ? [
            paragraph(
              code(ofEcosystem.ecosystem.test ?? ''),
              ' runs the tests of a package that ',
              citeFile(ofEcosystem.file),
              ' describes.',
            ),
          ]
        : []),
      ...table(['Command', 'What it runs', 'Where'], rows),
      ...tools(project),
      ...(workflows.length > 0 ? [paragraph("The repository's workflows run:"), ...bullets(workflows)] : []),
    ]),
  ]
}

const frameworks =
  /^(vitest|jest|mocha|ava|tap|tape|jasmine|uvu|@playwright\/test|cypress|tsd|fast-check|pytest|hypothesis|tox|nox|rspec|minitest|junit(-jupiter.*)?|org\.junit.*|xunit(\.v3)?|nunit|mstest.*|phpunit\/phpunit|pestphp\/pest|.*\/testify|proptest|rstest|assert_cmd|gtest)$/i

/** The test frameworks among the dependencies. */
function tools({ manifests }: Project): Block[] {
  const found = manifests.flatMap(({ file, dependencies }) =>
    dependencies
      .filter(({ name }) => frameworks.test(name))
      .map(({ name, range, line }): Inline[] => [code(`${name} ${range}`), ' (', cite(file, line, line), ')']),
  )
  return found.length > 0 ? [paragraph('Test tools among the dependencies:'), ...bullets(found.slice(0, 12))] : []
}

const where = ({ tests: paths }: Project): Block[] =>
  paths.length === 0
    ? []
    : [
        heading(2, 'Where they are'),
        paragraph(
          `The repository has ${plural(paths.length, 'test file')} (${describeCounts(paths)}, helpers included):`,
        ),
        ...table(
          ['Folder', 'Files'],
          countBy(paths, (path) => posix.dirname(path))
            .slice(0, 20)
            .map(([folder, count]) => [[citeFolder(folder)], [`${count}`]]),
        ),
      ]

const mostFiles = 40
const namesPerFile = 10

/** The names of the tests, in the files that have the most of them. */
function names({ tests: paths, repository }: Project): Block[] {
  const found = paths.slice(0, 400).flatMap((path) => {
    const file = repository.peek(path)
    const pattern = languageOf(path)?.testName
    const names =
      file && pattern
        ? [...file.text.matchAll(pattern)].flatMap((match) => readable(match.slice(1).find(Boolean) ?? ''))
        : []
    return file && names.length > 0 ? [{ file, names: [...new Set(names)] }] : []
  })
  const shown = new Set(found.toSorted((a, b) => b.names.length - a.names.length).slice(0, mostFiles))
  return titled(
    'What they check',
    found
      .filter((each) => shown.has(each))
      .flatMap(({ file, names }): Block[] => [
        paragraph(
          citeFile(file),
          names.length > namesPerFile ? `, the first ${namesPerFile} of ${names.length} names:` : ':',
        ),
        ...bullets(names.slice(0, namesPerFile).map((name) => [name])),
      ]),
  )
}

/** Cuts the placeholders off a parameterised name. Nothing when they are more than a suffix. */
function readable(name: string): string[] {
  const at = name.search(/%[sdifjoOcp#%$]|\$\{|\$\w|#\{/)
  const before = (at === -1 ? name : name.slice(0, at)).trim()
  if (at === -1) return before ? [before] : []
  return /\w/.test(before) && /[:,(–—-]$/.test(before) ? [before.slice(0, -1).trimEnd()] : []
}
