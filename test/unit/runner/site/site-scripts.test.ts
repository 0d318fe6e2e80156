import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { renderSite } from '../../../../runner/site/render-site.ts'
import { root, temporaryFolder } from '../../../support/service-process.ts'
import { contextOf, pagesOf } from './sample-site.ts'

const assets = join(root, 'runner/site/assets')

test('the scripts of sites are what `npm run site-scripts` makes of their sources', async () => {
  await using folder = await temporaryFolder('site-scripts')
  const command: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts['site-scripts']
  const [program = '', ...args] = command.replace(/--outdir=\S+/, `--outdir=${folder.path}`).split(' ')
  await promisify(execFile)(join(root, 'node_modules/.bin', program), args, { cwd: root })
  const made = globSync('*.js', { cwd: folder.path }).toSorted()
  expect(made).toEqual(globSync('*.js', { cwd: assets }).toSorted())
  for (const name of made) {
    expect(readFileSync(join(folder.path, name), 'utf8') === readFileSync(join(assets, name), 'utf8'), name).toBe(true)
  }
})

test('an article with its style and scripts is at most 45 KB, compressed, before anyone searches', async () => {
  const markdown = Array.from(
    { length: 12 },
    (_, index) =>
      `## Part ${index}\n\nSome words about [part ${index}](source:src/part-${index}.ts#L1-L9), which does ${index} things.\n\n\`\`\`ts source=src/part-${index}.ts#L1-L3\nexport const part${index} = (input: string): number => {\n  return input.length + ${index}\n}\n\`\`\`\n`,
  ).join('\n')
  const pages = {
    article: markdown,
    ...Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`page-${index}`, 'x'])),
  }
  const files = await renderSite(pagesOf(pages), contextOf(pages))
  const loaded = ['article.html', 'assets/style.css', 'assets/site.js', 'assets/icon.svg']
  const sizes = loaded.map((name) => gzipSync(files.find(({ path }) => path === name)?.body ?? failed()).length)
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(45 * 1024)
})

function failed(): never {
  throw new Error('the file is missing')
}
