import { execFile } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { MOST_IMAGE_BYTES, openImages } from '../../../../../runner/files/committed-images.ts'
import { takeImages } from '../../../../../runner/site/images/take-images.ts'
import { renderSite } from '../../../../../runner/site/render-site.ts'
import { limits } from '../../../../support/limits.ts'
import { all, readHtml, textOf } from '../../../../support/read-html.ts'
import { temporaryFolder } from '../../../../support/service-process.ts'
import { contextOf, linksOf, pagesOf } from '../sample-site.ts'
import { GIF, jpegOf, PNG, pngOf, WEBPS } from './image-bytes.ts'

const generous = { cpuMs: limits.test, mib: 512 }
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><script>alert(1)</script><rect width="4" height="2"/></svg>'

const imagesFrom = (files: Record<string, Buffer | string>) => ({
  read: async (path: string) => (path in files ? Buffer.from(files[path] ?? '') : undefined),
  mask: async (text: string) => text.replaceAll('s3cret', '***'),
})

const take = async (files: Record<string, Buffer | string>, ...addresses: string[]) =>
  await takeImages(new Set(addresses), imagesFrom(files), generous)

async function render(markdown: string, files: Record<string, Buffer | string> = {}) {
  const losses: string[] = []
  const pages = { a: markdown, b: '# B' }
  const made = await renderSite(pagesOf(pages), contextOf(pages), {
    onLoss: ({ what }) => void losses.push(what),
    images: imagesFrom(files),
  })
  const bodyOf = (path: string) => String(made.find((file) => file.path === path)?.body)
  return { files: made, losses, page: readHtml(bodyOf('a.html')), markdown: bodyOf('a.md') }
}

test('images of each kind are taken over as they are, under the name of their content', async () => {
  const files = { 'a.png': PNG, 'b.gif': GIF, 'c.jpeg': jpegOf(3, 2), 'd.webp': WEBPS.lossy ?? '', 'e.png': PNG }
  const taken = await take(files, ...Object.keys(files))
  expect([...taken].map(([address, { path }]) => [address, path.replace(/-[0-9a-f]{20}\./, '-….')])).toEqual([
    ['a.png', 'assets/image-….png'],
    ['b.gif', 'assets/image-….gif'],
    ['c.jpeg', 'assets/image-….jpg'],
    ['d.webp', 'assets/image-….webp'],
    ['e.png', 'assets/image-….png'],
  ])
  expect(taken.get('a.png')).toMatchObject({ body: PNG, width: 1, height: 1 })
  expect(taken.get('e.png')?.path).toBe(taken.get('a.png')?.path)
})

test('what is no image, or too many pixels, is not taken, whatever it is called', async () => {
  const files = { 'a.png': '<script>alert(1)</script>', 'b.png': pngOf(60_000, 60_000), 'c.svg': 'text', 'd.gif': '' }
  expect([...(await take(files, ...Object.keys(files), 'gone.png', 'https://evil.test/a.png'))]).toEqual([])
})

test('an SVG picture is taken without what is harmful in it, and without secrets', async () => {
  const taken = await take({ 'a.svg': SVG.replace('</svg>', '<text>s3cret</text></svg>') }, 'a.svg')
  expect(String(taken.get('a.svg')?.body)).toMatch(/^<svg [^>]*><rect [^>]*><text>\*\*\*<\/text><\/svg>\n$/)
  expect(taken.get('a.svg')).toMatchObject({ width: 4, height: 2 })
})

test('an SVG picture that takes too long or too much memory is left, and the next one is taken', async () => {
  const slow = `<svg>${'<g>'.repeat(400)}${'<rect fill="red" x="1"/>'.repeat(18_000)}</svg>`
  const images = imagesFrom({ 'slow.svg': slow, 'a.png': PNG })
  const taken = await takeImages(new Set(['slow.svg', 'a.png']), images, { cpuMs: 1, mib: 512 })
  expect([...taken.keys()]).toEqual(['a.png'])
})

test('a site takes no more images than it may have', async () => {
  const large = Buffer.concat([PNG, Buffer.alloc(MOST_IMAGE_BYTES - PNG.length)])
  const addresses = Array.from({ length: 20 }, (_, index) => `${index}.png`)
  const taken = await take(Object.fromEntries(addresses.map((address) => [address, large])), ...addresses)
  expect(taken.size).toBe(15)
  const many = Array.from({ length: 250 }, (_, index) => `${index}.png`)
  expect((await take(Object.fromEntries(many.map((address) => [address, PNG])), ...many)).size).toBe(200)
})

test('images of the repository are shown, in markdown, by reference and in HTML, and each is one file', async () => {
  const markdown =
    '![One *a*](./a.png "t") ![two][r]\n\n<img src="/docs/b.svg" alt="A &amp; <b>">\n\n[![four](a.png)](b.md)\n\n![](images/c.gif)\n\n[r]: a.png'
  const { page, files, losses } = await render(markdown, {
    'a.png': PNG,
    'docs/b.svg': SVG,
    'docsfy-images/c.gif': GIF,
  })
  const shown = all(page, 'img').map(({ attributes }) => attributes)
  expect(shown.map(({ alt }) => alt)).toEqual(['One a', 'two', 'A & <b>', 'four', ''])
  for (const { src = '', style } of shown) {
    expect(files.filter(({ path }) => path === src)).toHaveLength(1)
    expect(style).toBeUndefined()
  }
  expect(shown[2]).toMatchObject({ width: '4', height: '2' })
  expect(linksOf(page)).toContainEqual(['', './b.html'])
  expect(losses).toEqual([])
})

test('images on other hosts are links, and within a link their text', async () => {
  const { page, losses } = await render(
    '![build](https://ci.test/badge.svg) ![](//ci.test/b.png) <img src="https://ci.test/c.png" alt="c"> [![d](https://ci.test/d.svg)](https://ci.test/)',
  )
  expect(all(page, 'img')).toEqual([])
  expect(linksOf(page)).toEqual(
    expect.arrayContaining([
      ['build', 'https://ci.test/badge.svg'],
      ['https://ci.test/b.png', 'https://ci.test/b.png'],
      ['c', 'https://ci.test/c.png'],
      ['d', 'https://ci.test/'],
    ]),
  )
  expect(losses).toEqual([])
})

test('an image that is missing is its text, and is reported', async () => {
  const { page, losses } = await render('# A\n\nSee ![the parts](gone.png) and ![x](javascript:alert(1)).')
  expect(textOf(page)).toContain('See the parts and x.')
  expect(losses).toEqual(['the image gone.png', 'the image javascript:alert(1)'])
})

test('machines get the same images', async () => {
  const { markdown } = await render(
    '# A\n\n![one](a.png) ![two](gone.png) ![three](https://ci.test/c.png) <img src="a.png" alt="A &amp; B"> <img src="x" alt="D">',
    { 'a.png': PNG },
  )
  expect(markdown.replaceAll(/-[0-9a-f]{20}\./g, '-….')).toBe(
    '# A\n\n![one](assets/image-….png) two [three](https://ci.test/c.png) <img src="assets/image-….png" alt="A &amp; B"> D\n',
  )
})

test('HTML cannot pass for an image of the site', async () => {
  const { page } = await render(
    '<span data-image="a.png" onclick="x">a</span> <img src="a.png" class="x" id="y" style="z" onerror="x" srcset="https://evil.test 1x">',
    {
      'a.png': PNG,
    },
  )
  expect(all(page, 'img').map(({ attributes }) => Object.keys(attributes).toSorted())).toEqual([
    ['alt', 'decoding', 'height', 'loading', 'src', 'width'],
  ])
})

test('only files of the commit are read, as they are in it', async () => {
  await using folder = await temporaryFolder('images')
  const clone = join(folder.path, 'clone')
  const put = async (path: string, body: string | Buffer) => {
    await mkdir(dirname(join(clone, path)), { recursive: true })
    await writeFile(join(clone, path), body)
  }
  const idOf = async (path: string) =>
    (await promisify(execFile)('git', ['hash-object', '--no-filters', join(clone, path)])).stdout.trim()
  await writeFile(join(folder.path, 'outside.png'), PNG)
  await put('docs/a.png', PNG)
  await put('added.png', PNG)
  await put('changed.png', PNG)
  await put('notes.txt', 'text')
  await put('large.png', Buffer.alloc(MOST_IMAGE_BYTES + 1))
  await symlink(join(folder.path, 'outside.png'), join(clone, 'outside.png'))
  await symlink('docs/a.png', join(clone, 'link.png'))
  const id = await idOf('docs/a.png')
  const ids = new Map([
    ...['docs/a.png', 'changed.png', 'outside.png', 'removed.png', '../outside.png'].map((path) => [path, id] as const),
    ['notes.txt', await idOf('notes.txt')] as const,
    ['large.png', await idOf('large.png')] as const,
    // git's id of the link's text.
    ['link.png', 'f'.repeat(40)] as const,
  ])
  await put('changed.png', GIF)
  const read = openImages(clone, ids)
  expect(await read('docs/a.png')).toEqual(PNG)
  for (const path of [...ids.keys(), 'added.png', 'docs', 'docs/../docs/a.png'].filter((one) => one !== 'docs/a.png'))
    expect(await read(path), path).toBeUndefined()
})
