import { expect, test } from 'vitest'
import { renderSite } from '../../../../../runner/site/render-site.ts'
import { de } from '../../../../../runner/site/texts/de.ts'
import { en } from '../../../../../runner/site/texts/en.ts'
import { all, type Node, textOf } from '../../../../support/read-html.ts'
import { contextOf, linksOf, pagesOf, renderSample } from '../sample-site.ts'

/** The texts of a language by name: `scripts.copy`, `newPages.0`. */
const flat = (texts: object, before = ''): [string, string][] =>
  Object.entries(texts).flatMap(([name, text]): [string, string][] =>
    typeof text === 'string' ? [[before + name, text]] : flat(text, `${before}${name}.`),
  )

const bracesIn = (text: string): string[] => (text.match(/\{[a-z]+\}/g) ?? []).toSorted()

test('each language has every text, with the same words to replace', () => {
  const translated = new Map(flat(de))
  expect([...translated.keys()]).toEqual(flat(en).map(([name]) => name))
  for (const [name, text] of flat(en)) {
    expect(translated.get(name), name).not.toBe('')
    expect(bracesIn(translated.get(name) ?? ''), name).toEqual(bracesIn(text))
  }
})

const PAGES = { start: '# Start\n\nText.\n\n## Teil\n\n[x](source:a.ts#L1-L9)', usage: '# Nutzung\n\nText.' }
const CITED = { citations: [{ path: 'a.ts', startLine: 1, endLine: 9, verified: false }] }

test('a site in German says everything around its pages in German', async () => {
  const site = await renderSample(PAGES, { language: 'de-AT' }, CITED)
  const page = site['start.html'] ?? failed()
  expect(all(page, 'html')[0]?.attributes).toMatchObject({ lang: 'de-AT', dir: 'ltr' })
  const shown = textOf(page)
  for (const text of ['Zum Inhalt springen', 'Suchen', 'Auf dieser Seite', 'Als Markdown kopieren', 'nicht bestätigt'])
    expect(shown).toContain(text)
  expect(shown).toContain('Quellen dieser Seite 1 Datei')
  expect(shown).toContain('Zeilen 1–9')
  expect(shown).toContain('Dokumentation von Courier, main, Commit 0123456, 1. Mai 2025, 12:00 UTC.')
  expect(linksOf(all(site['404.html'] ?? failed(), 'main')[0] ?? failed())).toEqual([
    ['Zur Startseite', './index.html'],
  ])
  expect(labelsOf(page)).toEqual(expect.arrayContaining(['Menü', 'Seiten', 'Schließen', 'Pfad']))
})

test('no text of the other language is left in a site', async () => {
  const site = await renderSample(PAGES, { language: 'de' }, CITED)
  const words = Object.values(site).flatMap((page) => [textOf(page), ...labelsOf(page)])
  const english = flat(en).filter(
    ([name, text]) => !name.startsWith('scripts') && !text.includes('{') && text.length > 5,
  )
  const german = new Set(flat(de).map(([, text]) => text))
  for (const [name, text] of english.filter(([, text]) => !german.has(text)))
    expect(
      words.filter((word) => word.includes(text)),
      name,
    ).toEqual([])
})

test('scripts speak the language of their site, and a language without texts gets the English ones', async () => {
  const scriptIn = async (language: string) => {
    const files = await renderSite(pagesOf(PAGES), { ...contextOf(PAGES), language })
    return String(files.find(({ path }) => path === 'assets/site.js')?.body)
  }
  expect(await scriptIn('de')).toContain('"copied":"Kopiert"')
  expect(await scriptIn('fr')).toContain('"copied":"Copied"')
  expect(textOf((await renderSample(PAGES, { language: 'fr' }))['start.html'] ?? failed())).toContain('Skip to content')
})

const labelsOf = (page: Node): string[] => JSON.stringify(page).match(/(?<="aria-label":")[^"]+/g) ?? []

function failed(): never {
  throw new Error('the file is missing')
}
