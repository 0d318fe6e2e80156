import type { Page } from '../../shared/page.ts'
import type { Plan } from '../../shared/plan.ts'
import { SAMPLE_PAGES } from './sample-pages.ts'

const LANGUAGES = {
  ts: 'export const add = (a: number, b: number): number => a + b // a comment',
  py: 'class Queue:\n    """Keeps messages."""\n    def take(self, n=1):\n        return [m for m in self.all if m][:n]',
  go: 'func main() {\n\tfmt.Println("hello", 42, true, nil)\n}',
  rust: '#[derive(Debug)]\nfn main() -> Result<(), Error> { println!("{}", 1u8); Ok(()) }',
  yaml: '# settings\nname: courier\nports: [80, 443]\non: true',
  diff: '--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new',
  html: '<!doctype html><a href="x" class="y">z</a><!-- comment -->',
  sql: "SELECT id, count(*) FROM messages WHERE state = 'ready' GROUP BY id",
  console: '$ courier start --port 25\nlistening',
  dockerfile: 'FROM node:24\nRUN npm ci\nCMD ["node", "main.js"]',
  unknown: 'plain words',
}

/** A page of each kind that pages are made of. */
const KINDS: Record<string, string> = {
  ...SAMPLE_PAGES,
  alerts: [
    '# Alerts',
    ...['NOTE', 'TIP', 'IMPORTANT', 'WARNING', 'CAUTION'].map(
      (word) => `> [!${word}]\n> Text, \`code\`, [a link](code.md).`,
    ),
    '> A quotation.\n>\n> > In it another.',
  ].join('\n\n'),
  code: [
    '# Code',
    ...Object.entries(LANGUAGES).map(([name, text]) => `## In ${name}\n\n\`\`\`${name}\n${text}\n\`\`\``),
  ].join('\n\n'),
  titled:
    '# Titled\n\n```json title="config/courier.json"\n{ "retries": 3, "on": null }\n```\n\n```sh\n' +
    `${'long '.repeat(80)}\n\`\`\``,
  lists: [
    '# Lists',
    '- [x] done\n- [ ] open with `code`\n  - nested\n    1. deeper\n       - deepest',
    '3. three\n4. four\n\n   With a paragraph.',
    'Said.[^a] Again.[^a]\n\n[^a]: Why, with [a link](https://example.org).',
    'Struck ~~out~~, **bold**, *emphasised*, a hard  \nbreak, https://example.org/a?b=c.',
    '---',
  ].join('\n\n'),
  markup: [
    '# Markup',
    '<details>\n<summary>More</summary>\n\nHidden <kbd>Ctrl</kbd> text.\n\n</details>',
    '<dl><dt>Term</dt><dd>Definition</dd></dl>\n\nH<sub>2</sub>O, x<sup>2</sup>, <mark>marked</mark>, Promise<void>',
    '<table><caption>Sizes</caption><tr><th>a</th><td>b</td></tr></table>',
    '<p align="center">\n\n**Centred**\n\n</p>',
  ].join('\n\n'),
  headings: [
    '# Headings',
    ...[2, 3, 4, 5, 6, 2, 3].map((depth, index) => `${'#'.repeat(depth)} Level ${depth} \`x${index}\`\n\nText.`),
  ].join('\n\n'),
  scripts:
    '# 検索 العربية\n\n队列接收消息。メッセージを保存します。\n\nيستقبل الطابور الرسائل ويحفظها.\n\n## 見出し\n\n한국어 עברית ไทย 😀',
  wide: `# ${'Unbreakable'.repeat(12)}\n\n${'x'.repeat(300)} \`${'y'.repeat(200)}\`\n\n| ${Array.from({ length: 14 }, (_, i) => `Column ${i}`).join(' | ')} |\n|${'---|'.repeat(14)}\n| ${Array.from({ length: 14 }, (_, i) => `value ${i}`).join(' | ')} |`,
  sources:
    '# Sources\n\nSee [the queue](source:src/queue.ts#L1-L9), [`README.md`](source:README.md#L3), [a folder](source:docs/).',
}

const PAGES = 60
const GROUPS = 6

/** One page of each kind, by slug, to look at closely. */
export const KINDS_OF_PAGES = Object.keys(KINDS)

/** A site of 60 pages in six groups, with everything in it that pages may have. */
export function largeSite(): { pages: Page[]; plan: Plan } {
  const kinds = Object.entries(KINDS)
  const pages = Array.from({ length: PAGES }, (_, index): Page => {
    const [kind, markdown] = kinds[index % kinds.length] ?? ['', '']
    const slug = index < kinds.length ? kind : `${kind}-${index}`
    const citations = [
      { path: 'src/queue.ts', startLine: 1, endLine: 9, verified: true },
      { path: 'README.md', startLine: 3, endLine: 3, verified: false },
      { path: 'docs/', verified: true },
    ]
    const isCiting = kind === 'sources'
    const title = `The ${kind} of part ${index}${index % 7 === 0 ? ', with a title that is too long for one line of the navigation' : ''}`
    return { slug, title, description: '', markdown, citations: isCiting ? citations : [] }
  })
  const navigation = Array.from({ length: GROUPS }, (_, index) => ({
    group: `Group ${index}`,
    pages: pages.slice((index * PAGES) / GROUPS, ((index + 1) * PAGES) / GROUPS),
  }))
  return { pages, plan: { project_name: 'Courier', tagline: 'A small mail queue', navigation } }
}
