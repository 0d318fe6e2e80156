import { communityFileNamed } from '../clone/documents.ts'
import { type Block, bullets, heading, type Inline, paragraph } from '../writing/nodes.ts'
import { quoteBody } from '../writing/quote.ts'
import { cite, citeFile, excerpt } from '../writing/sources.ts'
import { fromReadmeAbout } from './guides.ts'
import type { Draft, Site } from './site.ts'

const communityFiles: [name: RegExp, what: string][] = [
  [/^code_of_conduct/i, 'the code of conduct'],
  [/^security/i, 'how to report a security problem'],
  [/^support/i, 'where to ask for help'],
  [/^governance/i, 'how decisions are made'],
  [/^(authors|maintainers|codeowners)/i, 'who maintains it'],
  [/^pull_request_template/i, 'what a pull request should contain'],
  [/^(agents|claude)\.md$/i, 'instructions for coding agents, also useful for working on the code'],
]

/** How to contribute: the contributor guide, the rules, and the changelog. */
export function contributing(site: Site): Draft[] {
  const { repository } = site
  const path = communityFileNamed(repository, /^contributing/i)
  const guide = path ? site.read(path) : undefined
  const quoted = fromReadmeAbout(site, 'contributing', 80)
  const links = communityFiles.flatMap(([name, what]): Inline[][] => {
    const file = repository.peek(communityFileNamed(repository, name) ?? '')
    return file ? [[citeFile(file), `: ${what}`]] : []
  })
  const changes = recentChanges(site)
  if (!guide && quoted.length + links.length + changes.length === 0) return []
  return [
    {
      group: 'Work with it',
      slug: 'contributing',
      title: 'Contributing and changes',
      description: "How to contribute, the project's rules, and its latest changes.",
      write: () => [
        ...(guide ? quoteBody(guide.root, 1, 220) : []),
        ...quoted,
        ...(links.length > 0 ? [heading(2, 'Community files'), ...bullets(links)] : []),
        ...changes,
        paragraph(
          'To run the checks, see ',
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
  const path = communityFileNamed(repository, /^(changelog|changes|history|news|releases)\b/i)
  const file = path ? repository.read(path) : undefined
  if (!file) return []
  return [
    heading(2, 'Latest changes'),
    paragraph('Changes are recorded in ', cite(file), ', which begins:'),
    excerpt(file, 1, 20),
  ]
}
