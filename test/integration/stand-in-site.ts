import { readFileSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import type { Code, Link, Root } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { visit } from 'unist-util-visit'
import { parseSourceRange } from '../../shared/page.ts'
import { type Plan, type PlannedPage, Plan as PlanSchema } from '../../shared/plan.ts'
import { anchors } from '../../stand-in/clone/sections.ts'
import { endMark } from '../../stand-in/prompt.ts'
import { writeSite } from '../../stand-in/write-site.ts'

const standIn = fileURLToPath(new URL('../../stand-in/claude.ts', import.meta.url))

/** The command line that the runner uses. */
export const argv = [
  ...['-p', '--model', 'stand-in', '--output-format', 'stream-json', '--verbose', '--restricted'],
  ...['--tools', 'Read,Grep,Glob', '--setting-sources', '', '--strict-mcp-config', '--permission-mode', 'dontAsk'],
  ...['--permission-prompts', 'none', '--disable-slash-commands', '--no-session-persistence'],
  ...['--max-turns', '30', '--max-budget-usd', '1', '--settings', '{"permissions":{"deny":["Read(./.env)"]}}'],
]

/** Runs the stand-in as a subprocess in a clone. */
export const runStandIn = (cwd: string, input: string | undefined, args: string[] = argv) =>
  execa(process.execPath, [standIn, ...args], {
    cwd,
    ...(input === undefined ? {} : { input }),
    reject: false,
    timeout: 60_000,
  })

/** A prompt for a site's plan. */
export const planPrompt = 'Plan the documentation. Answer with JSON.'

/** A prompt for one page of a site with these pages. */
export const pagePrompt = (title: string, pages: Pick<PlannedPage, 'slug' | 'title'>[] = []): string =>
  `Write documentation. The page: "${title}". Be brief.
Link only these:
${pages.map((page) => `- [${page.title}](${page.slug}.md)`).join('\n')}
End with ${endMark}
`

export interface Event {
  type: string
  subtype?: string
  message?: { content: { type: string; name?: string; text?: string }[] }
  [key: string]: unknown
}

export const eventsOf = (stdout: string): Event[] => stdout.split('\n').map((line) => JSON.parse(line))

/** The stand-in's answer to a prompt. Throws if the run fails. */
export async function ask(cwd: string, prompt: string): Promise<string> {
  const { stdout, stderr, exitCode } = await runStandIn(cwd, prompt)
  const result = stdout ? eventsOf(stdout).at(-1) : undefined
  if (exitCode !== 0 || result?.is_error) throw new Error(String(result?.result ?? stderr))
  return String(result?.result)
}

/** A folder with these files, like a clone. */
export async function cloneOf(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'stand-in-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}

/** The stand-in's site of a clone, without starting a process for each page. */
export async function siteOf(root: string): Promise<{ plan: Plan; pages: Map<string, string> }> {
  const site = await writeSite(root, () => undefined)
  return { plan: PlanSchema.parse(site.plan), pages: new Map(Object.entries(site.pages)) }
}

export const parsePage = (markdown: string): Root => unified().use(remarkParse).use(remarkGfm).parse(markdown)

/** The faults of a page: missing sources, wrong excerpts, dead links, HTML. */
export function problemsOf(root: string, markdown: string, slugs: string[]): string[] {
  const problems: string[] = []
  const lines = markdown.split('\n')
  if (!lines[0]?.startsWith('# ')) problems.push('does not begin with its title')
  if (lines.at(-1) !== endMark) problems.push('does not end with the mark')
  if (!lines.slice(0, 6).join('\n').includes('No model wrote this page'))
    problems.push('does not say that no model wrote it')
  const page = parsePage(markdown)
  const headings: string[] = []
  const anchorOf = anchors()
  visit(page, 'heading', (node) => void headings.push(anchorOf(textOf(node))))
  visit(page, (node) => {
    if (node.type === 'link') problems.push(...linkProblems(root, node, slugs, headings))
    if (node.type === 'code') problems.push(...excerptProblems(root, node))
    if (node.type === 'image' || node.type === 'imageReference' || node.type === 'definition') problems.push(node.type)
    if (node.type === 'html' && node.value !== endMark) problems.push(`HTML: ${node.value}`)
  })
  return problems
}

function linkProblems(root: string, { url }: Link, slugs: string[], headings: string[]): string[] {
  // The parser turns plain URLs in text into links.
  if (/^(https?:\/\/|mailto:)/i.test(url)) return []
  if (url.startsWith('source:')) return linesOf(root, url.slice('source:'.length)) ? [] : [`no such source: ${url}`]
  const [page, anchor] = url.split('#')
  if (page === '') return headings.includes(decodeURIComponent(anchor ?? '')) ? [] : [`no such heading: ${url}`]
  return slugs.some((slug) => page === `${slug}.md`) ? [] : [`no such page: ${url}`]
}

function excerptProblems(root: string, { meta, value }: Code): string[] {
  if (!meta) return []
  const lines = linesOf(root, /^source=(\S+)$/.exec(meta)?.[1] ?? '')
  return lines?.join('\n') === value.replaceAll('\r\n', '\n') ? [] : [`not verbatim: ${meta}`]
}

function linesOf(root: string, text: string): string[] | undefined {
  const range = parseSourceRange(text)
  if (!range) return undefined
  if (range.path.endsWith('/')) return statSync(join(root, range.path)).isDirectory() ? [] : undefined
  const lines = readFileSync(join(root, range.path), 'utf8').split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  const { startLine = 1, endLine = lines.length } = range
  return endLine <= lines.length ? lines.slice(startLine - 1, endLine) : undefined
}

/** A page's text, link targets and HTML, without code. */
export function textOutsideCode(markdown: string): string {
  const parts: string[] = []
  visit(parsePage(markdown), (node) => {
    if (node.type === 'link') parts.push(node.url)
    if (node.type === 'text' || node.type === 'html') parts.push(node.value)
  })
  return parts.join('\n')
}
