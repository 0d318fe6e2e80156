import type { Provider } from '../../shared/variant.ts'

/** An untidy answer of a model, or an untidy end of its CLI, and what becomes of it. */
export interface AnswerCase {
  /** Also the model to ask for: the CLI knows by it which case to play. */
  id: string
  /** Completes "<provider>: …". */
  promise: string
  /** What the model says when asked for the plan; two pages, `overview` and `other`, if omitted. */
  plan?: string
  /** What it says when asked for the page `overview`. With several texts, it calls a tool after each but the last. */
  page?: string | string[]
  /** Both are 0 and false if omitted, and hold for every call. */
  exitCode?: number
  lingers?: boolean
  /** Minutes; the default if omitted. */
  timeout?: number
  /** Providers whose CLI cannot print this. */
  notFor?: Provider[]
  expected: Expected
}

export interface Expected {
  /** The most calls for the plan, and for the page `overview`. */
  planCalls?: number
  pageCalls?: number
  /** Slugs of the plan, in order. */
  pages?: string[]
  notes?: string[]
  /** In the text that a reader of the page `overview` sees. */
  shows?: string[]
  /** In its HTML. */
  html?: string[]
  /** Nowhere in its HTML. */
  lacks?: string[]
  /** Where links lead, by their texts. */
  links?: Record<string, string>
  /** Texts that cite a source, all of them verified. */
  sources?: string[]
  /** In the generation's log. */
  logged?: string[]
  /** The most that the generation takes. */
  seconds?: number
}

const end = '<!-- docsfy:end -->'
const text = `# Overview\n\nText.\n\n${end}`
/** A page with this body. */
const page = (body: string) => `# Overview\n\n${body}\n\n${end}`

const planned = (slug: string, title: string, more: object = {}) => ({ slug, title, description: 'd', ...more })
const two = [planned('overview', 'Overview'), planned('other', 'Other')]
const plan = (pages: object[], fields: object = {}) => ({
  ...{ project_name: 'Case', tagline: 'A small case.', navigation: [{ group: 'All', pages }] },
  ...fields,
})
const json = (value: unknown) => JSON.stringify(value, null, 1)

export const goodPlan = JSON.stringify(plan(two))
export const goodPage = (title: string): string => `# ${title}\n\nWords.\n\n${end}`

const planCases: AnswerCase[] = [
  {
    id: 'plan-trailing-comma',
    promise: 'a comma after the last field of a plan is overlooked',
    plan: json(plan(two)).replaceAll(/"d"\n/g, '"d",\n'),
    expected: {},
  },
  {
    id: 'plan-brace-before',
    promise: 'braces in the words before a plan are no plan',
    plan: `Here is the plan for {project} in /src:\n\n${json(plan(two))}`,
    expected: {},
  },
  {
    id: 'plan-braces-around',
    promise: 'a plan in a fence between words with braces is found',
    plan: `Read {a: 1} first.\n\n\`\`\`json\n${json(plan(two))}\n\`\`\`\n\nIt covers {everything}.`,
    expected: {},
  },
  {
    id: 'plan-null-tagline',
    promise: 'a field of a plan that is null counts as absent',
    plan: json(plan(two, { tagline: null })),
    expected: {},
  },
  {
    id: 'plan-long-texts',
    promise: 'texts that are longer than a page shows are shortened',
    plan: json(
      plan([planned('overview', 'Overview', { description: 'd'.repeat(5_000) }), two[1] ?? {}], {
        tagline: 't'.repeat(600),
      }),
    ),
    expected: {},
  },
  {
    id: 'plan-array',
    promise: 'a plan may be the list of its groups',
    plan: json([{ group: 'All', pages: two }]),
    expected: {},
  },
  {
    id: 'plan-nested',
    promise: 'pages below pages and groups below groups are pages too',
    plan: json({
      ...{ project_name: 'Case', tagline: 't' },
      navigation: [
        { group: 'All', pages: [planned('overview', 'Overview', { pages: [planned('inner', 'Inner')] })] },
        { group: 'Deep', pages: [], groups: [{ group: 'G2', pages: [two[1]] }] },
      ],
    }),
    expected: { pages: ['overview', 'inner', 'other'] },
  },
  {
    id: 'plan-90',
    promise: 'a plan with more pages than docsfy writes is cut, and the variant says so',
    plan: json(plan([...two, ...Array.from({ length: 88 }, (_, index) => planned(`p${index}`, `Page ${index}`))])),
    expected: {
      pages: ['overview', 'other', ...Array.from({ length: 58 }, (_, index) => `p${index}`)],
      notes: ['The plan was cut: it had 90 pages, and docsfy writes at most 60.'],
    },
  },
]

const pageCases: AnswerCase[] = [
  {
    id: 'page-postamble',
    promise: 'words after the end mark are cut off',
    page: `${text}\n\nThe page is complete; I verified every citation.`,
    expected: { shows: ['Text.'], lacks: ['I verified every citation'] },
  },
  {
    id: 'page-end-code',
    promise: 'the end mark may stand between backquotes',
    page: `# Overview\n\nText.\n\n\`${end}\``,
    expected: { shows: ['Text.'], lacks: ['docsfy:end'] },
  },
  {
    id: 'page-fenced-postamble',
    promise: 'a page may stand in a fence, with a remark after it',
    page: `Here it is:\n\n\`\`\`markdown\n# Overview\n\nText.\n\n## Two\n\nMore.\n\`\`\`\n\nThis page covers all of it.\n\n${end}`,
    expected: { shows: ['Text.', 'More.'], lacks: ['This page covers all of it', 'Here it is'] },
  },
  {
    id: 'page-first-person-faq',
    promise: 'a list of questions in the first person is a page',
    page: `# FAQ\n\nI don't see my changes: what now? Restart the server.\n\n## More\n\nText.\n\n${end}`,
    expected: { shows: ['see my changes'] },
  },
  {
    id: 'page-tool-then-nothing',
    promise: 'a page that was said before a last tool call counts',
    page: [text, ''],
    notFor: ['cursor'],
    expected: { shows: ['Text.'] },
  },
]

const cliCases: AnswerCase[] = [
  {
    id: 'cli-exit1-valid',
    promise: 'whole, successful answers count although the CLI exits with 1',
    page: text,
    exitCode: 1,
    expected: { shows: ['Text.'] },
  },
  {
    id: 'cli-hang-after-result',
    promise: 'a CLI that goes on after its result is not waited for',
    page: text,
    lingers: true,
    timeout: 20,
    expected: { shows: ['Text.'], seconds: 600 },
  },
]

const markdownCases: AnswerCase[] = [
  {
    id: 'md-generics',
    promise: 'text in angle brackets that is no HTML stays',
    page: page('A call returns Promise<void> and takes List<String>; set <your-api-key> first.'),
    expected: {
      shows: ['Promise<void>', 'List<String>', '<your-api-key>'],
      html: ['Promise&#x3C;void>', 'List&#x3C;String>', '&#x3C;your-api-key>'],
    },
  },
  {
    id: 'md-details',
    promise: 'details keep their titles and their texts',
    page: page(
      '<details>\n<summary>Options of the command</summary>\n\n- `--one` does one\n\n</details>\n\n<details><summary>Tight</summary>\nTight text.\n</details>',
    ),
    expected: {
      shows: ['Options of the command', '--one', 'Tight', 'Tight text.'],
      html: ['<summary>Tight</summary>'],
    },
  },
  {
    id: 'md-html-table',
    promise: 'the text of tables and paragraphs in HTML stays',
    page: page(
      '<table>\n<tr><td>HTML cell</td><td>second</td></tr>\n</table>\n\n<p align="center">Centred tagline.</p>',
    ),
    expected: { shows: ['HTML cell', 'second', 'Centred tagline.'] },
  },
  {
    id: 'md-note',
    promise: 'an alert is a labelled note',
    page: page('> [!NOTE]\n> A note for the reader.'),
    expected: { shows: ['A note for the reader.'], lacks: ['[!NOTE]'] },
  },
  {
    id: 'md-tilde',
    promise: 'single tildes are text',
    page: page('From 1~3 and 4~6 of them.'),
    expected: { shows: ['1~3 and 4~6'], lacks: ['<del>'] },
  },
  {
    id: 'md-links',
    promise: 'other spellings of links to pages resolve',
    page: page('See [a1](other.html), [a2](Other.md) and [a3](./other.md?x=1).'),
    expected: { links: { a1: 'other.html', a2: 'other.html', a3: 'other.html' } },
  },
  {
    id: 'md-sources',
    promise: 'a source may be a whole file, and lines may be spelled in other ways',
    page: page('See [s1](source:README.md), [s2](source:./src/main.ts#L1), [s3](./src/main.ts#L1-L2).'),
    expected: { sources: ['s1 (README.md)', 's2 (src/main.ts:1)', 's3 (src/main.ts:1–2)'] },
  },
  {
    id: 'md-bom',
    promise: 'a quotation of the first line of a file with a byte order mark is true',
    page: page('First:\n\n```ts source=src/bom.ts#L1-L1\nexport const first = 1\n```'),
    expected: { shows: ['export const first = 1'], lacks: ['not verified'] },
  },
  {
    id: 'md-pictures',
    promise: "diagrams are drawn, and the repository's images shown",
    page: page(
      '```mermaid\nflowchart LR\n  A[One] --> B[Two]\n```\n\n```mermaid\ngantt\n```\n\n![The boxes](docs/boxes.svg) ![gone](docs/gone.png)',
    ),
    expected: {
      html: ['alt="Flowchart: One; Two"', 'alt="The boxes"'],
      shows: ['could not be drawn', 'gone'],
      logged: [
        "warn  page 'overview' lost 2 of its links, images, drawings, scripts and styles: the drawing of a gantt, the image docs/gone.png\n",
      ],
    },
  },
  {
    id: 'md-losses',
    promise: 'what cannot be resolved and what is dropped is logged and counted',
    page: page('See [a](gone.md) and [b](#none).\n\n<script>x()</script>\n\n<style>y</style>'),
    expected: {
      pageCalls: 2,
      shows: ['See a and b.'],
      lacks: ['x()'],
      logged: [
        "warn  page 'overview' lost 4 of its links, images, drawings, scripts and styles: a script, a style, the link to gone.md, the link to #none\n",
      ],
    },
  },
]

/** Every case ends with a published site. A plan and a page are asked for once, unless the case says otherwise. */
export const answerCases: readonly AnswerCase[] = [...planCases, ...pageCases, ...cliCases, ...markdownCases]

/** The repository that the pages cite. */
export const caseFiles: Record<string, string> = {
  'README.md': '# Case\n\nA small case. `--one` does one.\n',
  'src/main.ts': 'export const one = 1\nexport const two = 2\nexport const three = 3\n',
  'docs/boxes.svg': '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="1" height="1"/></svg>\n',
  'src/bom.ts': '\uFEFFexport const first = 1\n',
}
