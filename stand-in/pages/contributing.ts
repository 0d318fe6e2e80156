import { paperNamed } from '../clone/documents.ts'
import { type Block, bullets, heading, type Inline, paragraph } from '../writing/nodes.ts'
import { quoteBody } from '../writing/quote.ts'
import { cite, citeFile, excerpt } from '../writing/sources.ts'
import { fromReadmeAbout } from './guides.ts'
import type { Draft, Site } from './site.ts'

const papers: [name: RegExp, what: string][] = [
  [/^code_of_conduct/i, 'the code of conduct'],
  [/^security/i, 'how to report a security problem'],
  [/^support/i, 'where to ask for help'],
  [/^governance/i, 'how decisions are made'],
  [/^(authors|maintainers|codeowners)/i, 'who maintains it'],
  [/^pull_request_template/i, 'what a pull request should say'],
  [/^(agents|claude)\.md$/i, 'instructions for coding agents, which also tell how to work on the code'],
]

/** How to take part: the guide for contributors, the rules, and the record of changes. */
export function contributing(site: Site): Draft[] {
  const { repository } = site
  const path = paperNamed(repository, /^contributing/i)
  const guide = path ? site.read(path) : undefined
  const quoted = fromReadmeAbout(site, 'contributing', 80)
  const links = papers.flatMap(([name, what]): Inline[][] => {
    const file = repository.peek(paperNamed(repository, name) ?? '')
    return file ? [[citeFile(file), `: ${what}`]] : []
  })
  const changes = recentChanges(site)
  if (!guide && quoted.length + links.length + changes.length === 0) return []
  return [
    {
      group: 'Work with it',
      slug: 'contributing',
      title: 'Contributing and changes',
      description: 'How to take part, the rules of the project, and its latest changes.',
      write: () => [
        ...(guide ? quoteBody(guide.root, 1, 220) : []),
        ...quoted,
        ...(links.length > 0 ? [heading(2, 'Papers of the project'), ...bullets(links)] : []),
        ...changes,
        paragraph(
          'How to run the checks is on ',
          site.see('tests', 'Tests'),
          ' and ',
          site.see('commands', 'Commands and scripts'),
          '.',
        ),
      ],
    },
  ]
}

function recentChanges({ repository }: Site): Block[] {
  const path = paperNamed(repository, /^(changelog|changes|history|news|releases)\b/i)
  const file = path ? repository.read(path) : undefined
  if (!file) return []
  return [
    heading(2, 'Latest changes'),
    paragraph('Changes are recorded in ', cite(file), '. It begins:'),
    excerpt(file, 1, 20),
  ]
}
