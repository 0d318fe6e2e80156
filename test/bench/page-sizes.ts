import { renderSite } from '../../runner/site/render-site.ts'
import { contextOf, pagesOf } from '../unit/runner/site/sample-site.ts'

/**
 * `node test/bench/page-sizes.ts`: what rendering one page of 1, 10 or 100 KB costs, as CPU time (so other load doesn't count) and as
 * the peak memory of the process so far. Sizes are in ascending order, so each peak is due to its own row.
 */
console.log('| Page | Content | Median of 9 | Memory |\n|---|---|---|---|')
for (const kilobytes of [1, 10, 100]) {
  for (const [content, section] of Object.entries({ markdown: plainSection, 'markdown and HTML': htmlSection })) {
    const markdown = pageOf(kilobytes * 1024, section)
    const times: number[] = []
    for (let round = 0; round < 11; round++) times.push(await processorTime(markdown))
    const median = times.slice(2).toSorted((a, b) => a - b)[4] ?? Number.NaN
    console.log(
      `| ${kilobytes} KB | ${content} | ${median.toFixed(1)} ms | ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB |`,
    )
  }
}

function pageOf(length: number, section: (index: number) => string): string {
  let page = '# Page'
  for (let index = 0; page.length < length; index++) page += `\n\n${section(index)}`
  return page
}

async function processorTime(markdown: string): Promise<number> {
  const before = process.cpuUsage()
  await renderSite(pagesOf({ page: markdown }), contextOf({ page: markdown }))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function plainSection(index: number): string {
  return [
    `## Part ${index}`,
    'A paragraph of *some* words with `code` in it, and [the source](source:src/add.js#L1-L3) of it, twice as long as the shortest ones.',
    '- one\n- two\n- three',
    '```js source=src/add.js#L1-L3\nexport function add(a, b) {\n  return a + b\n}\n```',
    '| Name | Value |\n|---|---|\n| a | 1 |\n| b | 2 |',
    'Another paragraph, which names **a few** things more and says nothing about any of them at all.',
  ].join('\n\n')
}

function htmlSection(index: number): string {
  return [
    `## Part ${index}`,
    'It returns Promise<void>, press <kbd>Enter</kbd>, H<sub>2</sub>O, set <your-api-key> in [the source](source:src/add.js#L1-L3).',
    '<details>\n<summary>Options</summary>\n\n- one\n- two\n\n</details>',
    '> [!NOTE]\n> A note for the reader.',
    '<table>\n<tr><td>HTML cell</td><td>second</td></tr>\n</table>',
    '```js source=src/add.js#L1-L3\nexport function add(a, b) {\n  return a + b\n}\n```',
  ].join('\n\n')
}
