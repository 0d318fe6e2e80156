import type { Element, Root } from 'hast'
import { type Child, h } from 'hastscript'
import type { Page } from '../../../shared/page.ts'
import { layout } from '../layout/layout.ts'
import { readableTime } from '../readable-time.ts'
import { CHANGES_FILE, fileOf, type SiteMap } from '../site-map.ts'
import type { Texts } from '../texts/en.ts'
import { counted, fillWith } from '../texts/fill.ts'
import type { SiteChanges } from './compare-sites.ts'
import type { FormerSite } from './former-site.ts'
import type { DifferenceLine, LineDifference } from './line-difference.ts'

/** Characters of lines that the whole page shows. Readers of a page that is longer than a book see no more. */
const MOST_CHARACTERS = 300_000

/** More changed pages than this start folded. */
const FEW_PAGES = 5

/** Renders the page that says how a site differs from the one that readers saw before. */
export function renderChanges(site: SiteMap, former: FormerSite, changes: SiteChanges): Root {
  const { texts } = site
  const { added, changed, kept, gone } = changes
  const room = { left: MOST_CHARACTERS }
  const isOpen = changed.length <= FEW_PAGES
  const main: Child[] = [
    h('h1', {}, texts.whatChanged),
    h(
      'p',
      {},
      fillWith(texts.changesSince, {
        commit: h('code', { title: former.commit }, former.commit.slice(0, 7)),
        time: h('time', { dateTime: former.publishedAt }, readableTime(former.publishedAt, site.textLanguage)),
        pages: summaryOf(site, changes),
      }),
    ),
    section(texts.new, added, (page) => h('li', {}, linkTo(page))),
    changed.length === 0 ? undefined : h('h2', {}, texts.changed),
    ...changed.flatMap(({ page, difference }) => changedPage(site, page, difference, { room, isOpen })),
    section(texts.gone, gone, ({ title }) => h('li', {}, title)),
    section(texts.kept, kept, (page) => h('li', {}, linkTo(page))),
  ]
  return layout(
    { title: texts.whatChanged, description: '', slug: undefined, file: CHANGES_FILE, kind: 'changes', main },
    site,
  )
}

function summaryOf({ texts }: SiteMap, { added, changed, kept, gone }: SiteChanges): string {
  const counts = [
    [texts.newPages, added],
    [texts.changedPages, changed],
    [texts.gonePages, gone],
    [texts.keptPages, kept],
  ] as const
  const all = added.length + changed.length + gone.length
  if (all === 0) return texts.nothingChanged
  return counts
    .filter(([, pages]) => pages.length > 0)
    .map(([text, pages]) => counted(text, pages.length))
    .join(', ')
}

function section<Item>(title: string, items: readonly Item[], entry: (item: Item) => Element): Element[] {
  return items.length === 0 ? [] : [h('h2', {}, title), h('ul', {}, items.map(entry))]
}

const linkTo = ({ slug, title }: Page): Element => h('a', { href: `./${fileOf(slug)}` }, title)

function changedPage(
  { texts }: SiteMap,
  page: Page,
  { added, removed, lines }: LineDifference,
  { room, isOpen }: { room: { left: number }; isOpen: boolean },
): Element[] {
  const shown = lines.slice(0, fitting(lines, room))
  const hidden = lines.slice(shown.length).filter(({ kind }) => kind === 'added' || kind === 'removed').length
  return [
    h('h3', {}, linkTo(page)),
    lines.length === 0
      ? h('p', {}, texts.rewritten)
      : h(
          'details',
          { className: ['difference'], open: isOpen },
          h('summary', {}, `${texts.differences} `, h('span', { className: ['counts'] }, `+${added} −${removed}`)),
          h(
            'div',
            { className: ['lines'] },
            shown.map((line) => lineOf(line, texts)),
          ),
          hidden > 0 ? h('p', { className: ['hidden-lines'] }, counted(texts.moreLines, hidden)) : undefined,
        ),
  ]
}

/** How many lines there is room for, which they take. */
function fitting(lines: readonly DifferenceLine[], room: { left: number }): number {
  for (const [index, line] of lines.entries()) {
    room.left -= line.kind === 'gap' ? 1 : line.parts.reduce((sum, { text }) => sum + text.length + 1, 0)
    if (room.left < 0) return index
  }
  return lines.length
}

/** What differs is told by elements, signs and words; colours only help. */
function lineOf(line: DifferenceLine, texts: Texts): Element {
  if (line.kind === 'gap') return h('p', { className: ['gap'], ariaHidden: 'true' }, '⋯')
  const { kind } = line
  const parts = line.parts.map(({ text, isMarked }) => (isMarked ? h('mark', {}, text) : text))
  if (kind === 'same') return h('p', { dir: 'auto' }, parts)
  const label = kind === 'added' ? texts.lineAdded : texts.lineRemoved
  return h(
    kind === 'added' ? 'ins' : 'del',
    { dir: 'auto' },
    h('span', { className: ['sign'], ariaHidden: 'true' }, kind === 'added' ? '+' : '−'),
    h('span', { className: ['sr-only'] }, `${label} `),
    parts,
  )
}
