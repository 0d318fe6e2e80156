import { expect, test } from 'vitest'
import { openRenderingCheck, type RenderingCheck } from '../../../../runner/site/check-rendering.ts'
import { formatSourceRange } from '../../../../shared/page.ts'
import { limits } from '../../../support/limits.ts'

/** Deep brackets, in which a parser looks for links again and again. */
const hostile = '[a]('.repeat(45_000)
const ordinary = '# Title\n\nSee [the code](source:src/a.ts#L1-L2).\n'
const cited = ['src/a.ts#L1-L2']

const citedBy = async (rendering: RenderingCheck, markdown: string) =>
  (await rendering.factsOf(markdown, []))?.cited.map(({ range }) => formatSourceRange(range))

test('a page is rendered in a thread, which answers with what it cites', async () => {
  const rendering = openRenderingCheck({ cpuMs: limits.test, mib: 512 })
  expect(await Promise.all([ordinary, '# No', ordinary].map((page) => citedBy(rendering, page)))).toEqual([
    cited,
    [],
    cited,
  ])
})

test('a page that takes too long is given up, and the next one is rendered', async () => {
  expect(await citedBy(openRenderingCheck({ cpuMs: 1, mib: 512 }), hostile)).toBeUndefined()
  const rendering = openRenderingCheck({ cpuMs: limits.test, mib: 512 })
  expect(await citedBy(rendering, ordinary)).toEqual(cited)
})

test('a page that takes too much memory is given up, and the next one is rendered', async () => {
  const rendering = openRenderingCheck({ cpuMs: limits.test, mib: 64 })
  expect(await citedBy(rendering, '*a* '.repeat(50_000))).toBeUndefined()
  expect(await citedBy(rendering, '')).toEqual([])
})
