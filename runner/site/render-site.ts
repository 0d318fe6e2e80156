import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import type { Root } from 'hast'
import rehypeStringify from 'rehype-stringify'
import { unified } from 'unified'
import type { Page } from '../../shared/page.ts'
import type { SiteContext, SiteFile } from '../../shared/site.ts'
import { visibleText } from '../../shared/visible-text.ts'
import { accentStyle } from './accent.ts'
import { compareSites } from './changes/compare-sites.ts'
import type { FormerSite } from './changes/former-site.ts'
import { renderChanges } from './changes/render-changes.ts'
import type { DrawDiagrams } from './diagrams/draw-diagrams.ts'
import { diagramFiles, diagramsIn } from './diagrams/place-diagrams.ts'
import { imageSource } from './images/image-source.ts'
import { imagesIn, placeImages } from './images/place-images.ts'
import { type Images, type SiteImage, takeImages } from './images/take-images.ts'
import { llmsFullText, llmsText } from './machines/llms.ts'
import { pageMarkdown } from './machines/page-markdown.ts'
import { sitemap } from './machines/sitemap.ts'
import { type PreparedPage, preparePage } from './prepare-page.ts'
import { renderIndex } from './render-index.ts'
import { renderNotFound } from './render-not-found.ts'
import { renderPage } from './render-page.ts'
import { resolveLinks } from './resolve-links.ts'
import { sanitise } from './sanitise.ts'
import { buildIndex } from './search/build-index.ts'
import { CHANGES_FILE, fileOf, mapSite, markdownFileOf } from './site-map.ts'
import type { Texts } from './texts/en.ts'

/** Something in a page that its HTML leaves out: a link that can't be resolved, a script, a style, an image, or a diagram's drawing. */
export interface Loss {
  slug: string
  what: string
}

export interface RenderingOptions {
  /** Called for everything in a page that the site leaves out. */
  onLoss?: (loss: Loss) => void
  /** Without it, diagrams stay as their text. */
  draw?: DrawDiagrams
  /** Without it, images are their alternative texts. */
  images?: Images
  /** Stands beside the project's name. */
  logo?: SiteImage | undefined
  /** The site that this one follows. With it, a page tells what changed. */
  former?: FormerSite | undefined
}

/**
 * Renders the finished pages into a static site: `index.html`, each page as HTML and as markdown, `404.html`, what
 * changed if there was a site before, what machines read (`llms.txt`, and `sitemap.xml` for a site with an address), and the assets. The same input gives the
 * same bytes. Internal links are relative and resolve, nothing remote is loaded, and no script runs but the site's own, so the folder
 * works at any path, from `file://` and under a strict CSP. The plan and the pages are treated as hostile.
 */
export async function renderSite(
  pages: readonly Page[],
  context: SiteContext,
  { onLoss = () => undefined, draw, images, logo, former }: RenderingOptions = {},
): Promise<SiteFile[]> {
  const site = mapSite(pages, context, { hasChanges: former !== undefined, logo })
  const prepared = new Map<string, PreparedPage>()
  // A page takes up to a second, so the process gets to its other work in between.
  for (const page of site.pages) {
    prepared.set(
      page.slug,
      preparePage(page, site.texts, (name) => onLoss({ slug: page.slug, what: `a ${name}` })),
    )
    await setImmediate()
  }
  const contents = new Map<string, Root>()
  // In a second pass, because a link may lead to any prepared page.
  for (const [slug, page] of prepared) {
    resolveLinks(page, prepared, context, (href) => onLoss({ slug, what: `the link to ${href}` }))
    contents.set(slug, sanitise(page.tree))
    await setImmediate()
  }
  const diagrams = await draw?.(new Set([...contents.values()].flatMap(diagramsIn)))
  if (diagrams)
    noteMissing(contents, diagramsIn, (source) => (diagrams.has(source) ? undefined : drawingOf(source)), onLoss)
  const taken = images && (await takeImages(new Set([...contents.values()].flatMap(imagesIn)), images))
  if (taken) noteMissing(contents, imagesIn, (address) => (taken.has(address) ? undefined : lostImage(address)), onLoss)
  const rendered: SiteFile[] = []
  const markdowns: { page: Page; markdown: string }[] = []
  for (const [slug, page] of prepared) {
    const content = structuredClone(contents.get(slug) ?? page.tree)
    placeImages(content, taken ?? new Map())
    const markdown = pageMarkdown(page, prepared, context, taken)
    markdowns.push({ page: page.page, markdown })
    rendered.push({ path: fileOf(slug), body: html(renderPage(page, content, { site, diagrams })) })
    rendered.push({ path: markdownFileOf(slug), body: markdown })
    rendered.push({ path: `assets/${markdownFileOf(slug)}.js`, body: providing(markdownFileOf(slug), markdown) })
    await setImmediate()
  }
  return [
    { path: 'index.html', body: html(renderIndex(site, prepared)) },
    ...rendered,
    ...(former ? [{ path: CHANGES_FILE, body: html(await changesPage(former)) }] : []),
    { path: '404.html', body: html(renderNotFound(site)) },
    {
      path: 'assets/style.css',
      body: await styleSheet(context),
    },
    { path: 'assets/search-index.js', body: providing('search-index', buildIndex(site, contents)) },
    { path: 'llms.txt', body: visibleText(llmsText(site, prepared)) },
    {
      path: 'llms-full.txt',
      body: visibleText(
        llmsFullText(
          site,
          markdowns.map(({ markdown }) => markdown),
        ),
      ),
    },
    ...(context.baseUrl === undefined ? [] : [{ path: 'sitemap.xml', body: sitemap(site, context.baseUrl) }]),
    ...onceEach([...diagramFiles(diagrams?.values() ?? []), ...(taken?.values() ?? []), ...(logo ? [logo] : [])]),
    { path: 'assets/site.js', body: scriptTexts(site.texts) + (await ownFile('assets/site.js')) },
    ...(await Promise.all(ASSETS.map(async (path) => ({ path, body: await ownFile(path) })))),
  ]

  async function changesPage(before: FormerSite): Promise<Root> {
    return renderChanges(site, before, await compareSites(before, context.commit, markdowns))
  }
}

/** Reports what was found in the pages and the site doesn't have, by what `lossOf` calls it. */
function noteMissing(
  contents: ReadonlyMap<string, Root>,
  find: (content: Root) => string[],
  lossOf: (found: string) => string | undefined,
  onLoss: (loss: Loss) => void,
): void {
  for (const [slug, content] of contents) {
    for (const what of find(content).map(lossOf)) if (what !== undefined) onLoss({ slug, what })
  }
}

const drawingOf = (source: string): string => `the drawing of a ${source.trim().split(/\s/, 1)[0] || 'diagram'}`

/** An image on another host is not lost: it is a link. */
const lostImage = (address: string): string | undefined =>
  imageSource(address)?.kind === 'remote' ? undefined : `the image ${address}`

/** Two texts or addresses may stand for the same picture. */
const onceEach = (files: readonly SiteFile[]): SiteFile[] =>
  [...new Map(files.map(({ path, body }) => [path, body]))].map(([path, body]) => ({ path, body }))

/** In the order of the cascade. */
const STYLES = [
  'tokens',
  'base',
  'layout',
  'page',
  'prose',
  'code',
  'landing',
  'changes',
  'search',
  'small-screens',
  'print',
]

async function styleSheet({ accent }: SiteContext): Promise<string> {
  const [tokens = '', ...others] = await Promise.all(STYLES.map(async (name) => await ownFile(`css/${name}.css`)))
  return [tokens, ...(accent === undefined ? [] : [accentStyle(accent, tokens)]), ...others].join('\n')
}

/** `npm run site-scripts` makes the scripts from `browser`. */
const ASSETS = ['assets/icon.svg', 'assets/search.js']

const ownFile = async (name: string): Promise<string> => await readFile(new URL(name, import.meta.url), 'utf8')

/** What both scripts say, as a constant of the first. */
const scriptTexts = ({ scripts }: Texts): string => `"use strict";const docsfyTexts=${JSON.stringify(scripts)};\n`

/** Data as a script: from a folder, browsers load nothing else. */
const providing = (name: string, value: unknown): string =>
  `docsfyProvide(${JSON.stringify(name)},${JSON.stringify(value)})\n`

/** Control characters are made visible last: excerpts are compared with their files before. */
const html = (document: Root): string => visibleText(`${unified().use(rehypeStringify).stringify(document)}\n`)
