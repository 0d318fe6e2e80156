import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { type Evaluation, evaluate } from '../../../../runner/evaluate/evaluate.ts'
import { readSite } from '../../../../runner/evaluate/read-site.ts'
import { reportOf, summaryOf } from '../../../../runner/evaluate/report.ts'
import { indexCode } from '../../../../runner/review/code-index.ts'
import { renderSite } from '../../../../runner/site/render-site.ts'
import { errorKinds, type PlantedCitation, readLibrary, trueKinds } from '../../../support/planted-citations.ts'
import { Seeded } from '../../../support/seeded.ts'
import { root, temporaryFolder } from '../../../support/service-process.ts'
import { contextOf, pagesOf } from '../site/sample-site.ts'

const library = readLibrary(`${root}node_modules/execa`, 'lib/**/*.js')

/** Words that no other paragraph has. */
const WORDS =
  'one library starts programs and reads what they print then tells its caller how each of them has ended and why'.split(
    ' ',
  )
const prose = (random: Seeded, count: number): string =>
  `${Array.from({ length: count }, () => random.pick(WORDS)).join(' ')}.`

/** How many of each kind are planted: 60 in all. */
const COUNTS = { off: 8, wrong: 12, deadLinks: 8, commands: 12, repeated: 6, empty: 7, unsourced: 7 }
type Kind = keyof typeof COUNTS

interface Fault {
  kind: Kind
  /** What a finding of it has in its text. */
  sign: string
  markdown: string
}

test('of 60 planted faults a site’s evaluation finds all, and finds nothing else', async () => {
  const random = new Seeded(3)
  const faults = Object.entries(COUNTS).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, index) => plant(kind as Kind, index, random)),
  )
  const found = await evaluateSite(sitePages(faults, random))
  const rows = Object.keys(COUNTS).map((kind) => {
    const findings = textsOf(found, kind as Kind)
    const planted = faults.filter((fault) => fault.kind === kind)
    const hits = planted.filter(({ sign }) => findings.some((text) => text.includes(sign)))
    const falseAlarms = findings.filter((text) => !planted.some(({ sign }) => text.includes(sign)))
    return { kind, planted: planted.length, found: hits.length, falseAlarms }
  })
  for (const { kind, planted, found: hits, falseAlarms } of rows)
    console.log(
      `${kind}: ${planted} planted, ${hits} found, ${planted - hits} missed, ${falseAlarms.length} false alarms`,
    )
  console.log(summaryOf(found))
  expect(faults).toHaveLength(60)
  for (const row of rows) expect(row).toEqual({ ...row, found: row.planted, falseAlarms: [] })
  for (const { sign } of faults.filter(({ kind }) => kind === 'commands')) expect(reportOf(found)).toContain(sign)
})

test('a site without faults has none', async () => {
  const found = await evaluateSite(sitePages([], new Seeded(4)))
  for (const kind of Object.keys(COUNTS))
    expect({ kind, texts: textsOf(found, kind as Kind) }).toEqual({ kind, texts: [] })
  expect(found.citations).toBeGreaterThan(80)
  expect(found.exported.mentioned).toBeGreaterThan(10)
  expect(found.exported.missing.length).toBe(found.exported.names - found.exported.mentioned)
})

const textsOf = (found: Evaluation, kind: Kind): string[] =>
  kind === 'off' || kind === 'wrong'
    ? found[kind].map(({ page, range, text }) => `${page} ${text} ${range.path}#L${range.startLine}-L${range.endLine}`)
    : found[kind].map(({ text }) => text)

function plant(kind: Kind, index: number, random: Seeded): Fault {
  const title = `${kind} ${index}`
  if (kind === 'off') return citation(kind, index % 2 === 0 ? 'wrong line' : 'off by one', random)
  if (kind === 'wrong') {
    const kinds = ['altered excerpt', 'deleted file', 'invented function', 'blank line', 'no such lines']
    return citation(kind, kinds[index % kinds.length] ?? '', random)
  }
  if (kind === 'deadLinks')
    return { kind, sign: `gone-${index}`, markdown: `[more](page-${index % 4}.md#gone-${index})` }
  if (kind === 'commands') {
    const sign = index % 2 === 0 ? `--turbo-level-${index}` : `npm run launch-${index}`
    return {
      kind,
      sign,
      markdown:
        index % 3 === 0 ? `\`\`\`sh\n${index % 2 === 0 ? `node index.js ${sign}` : sign}\n\`\`\`` : `Use \`${sign}\`.`,
    }
  }
  if (kind === 'repeated') {
    const text = prose(random, 40)
    return { kind, sign: text.slice(0, 60), markdown: text }
  }
  if (kind === 'empty') return { kind, sign: title, markdown: `## ${title}` }
  return { kind, sign: title, markdown: `## ${title}\n\n${prose(random, 90)}` }
}

function citation(kind: Kind, name: string, random: Seeded): Fault {
  for (;;) {
    const planted = errorKinds[name]?.(library, random)
    if (!planted || (kind === 'off' && planted.truth === undefined)) continue
    const [, range = ''] = /source[:=]([^)\s]+)/.exec(planted.markdown) ?? []
    return { kind, sign: decodeURI(range), markdown: planted.markdown }
  }
}

/** Pages full of true citations, with the faults spread over them. */
function sitePages(faults: readonly Fault[], random: Seeded): Record<string, string> {
  const pages = Array.from({ length: 6 }, (_, page) => [`# Page ${page}`])
  for (const [index, page] of pages.entries()) {
    for (let section = 0; section < 5; section++) {
      const texts = Array.from({ length: 3 }, () => trueCitation(random).markdown)
      page.push(`## Part ${index}.${section}`, prose(random, 30), ...texts, `[more](page-${(index + 1) % 6}.md)`)
    }
  }
  for (const [index, fault] of faults.entries()) {
    pages[index % 6]?.push(
      fault.kind === 'empty' || fault.kind === 'unsourced' ? '' : `## About ${index}`,
      fault.markdown,
    )
    if (fault.kind === 'repeated') pages[(index + 1) % 6]?.push(`## Again ${index}`, fault.markdown)
  }
  return Object.fromEntries(pages.map((parts, index) => [`page-${index}`, parts.join('\n\n')]))
}

function trueCitation(random: Seeded): PlantedCitation {
  for (;;) {
    const planted = random.pick(Object.values(trueKinds))(library, random)
    // A use may be too close to a definition.
    if (planted && planted.kind !== 'use') return planted
  }
}

/** Renders the pages as they are published. No page would be published with a dead link, so those are broken afterwards. */
async function evaluateSite(pages: Record<string, string>): Promise<Evaluation> {
  await using folder = await temporaryFolder('site')
  const living = Object.fromEntries(
    Object.entries(pages).map(([slug, text]) => [slug, text.replaceAll(/\.md#(gone-\d+)/g, '.md?$1')]),
  )
  const marked = Object.fromEntries(
    Object.entries(living).map(([slug, text]) => [
      slug,
      text.replaceAll(/\[more\]\((page-\d)\.md\?(gone-\d+)\)/g, '[$2]($1.md)'),
    ]),
  )
  for (const { path, body } of await renderSite(pagesOf(marked), contextOf(marked))) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true })
    const broken = String(body).replaceAll(/href="\.\/page-\d\.html">(gone-\d+)</g, 'href="./$1.html">$1<')
    await writeFile(join(folder.path, path), broken)
  }
  const code = await indexCode(library.folder)
  return await evaluate(await readSite(folder.path), { folder: library.folder, code, mask: async (text) => text })
}
