import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '../support/limits.ts'
import { filesWith, published, type Site, sanitised, unprotected } from '../xss/render.ts'
import { type Catch, type Numbered, startTrap, type Trap, type TrapPage } from '../xss/trap.ts'
import { textOf, type Vector } from '../xss/vector.ts'
import { vectors } from '../xss/vectors.ts'

type Text = Numbered & { text: string; family: string }

const all = vectors.map((vector, number): Text => ({ ...vector, number, text: textOf(vector, number) }))

let trap: Trap
beforeAll(async () => {
  trap = await startTrap()
})
afterAll(async () => await trap[Symbol.asyncDispose]())

/** Opens over a thousand pages. */
const LONG = { timeout: 3 * limits.test }

test(
  'no vector runs or requests anything, even without a content security policy; at least 250 do if nothing stops them',
  LONG,
  async () => {
    const biting = all.filter(({ inert }) => inert === undefined)
    const unstopped = await trap.open(await pagesOf(unprotected), new Set(biting.map(({ number }) => number)))
    const sanitiserOnly = await trap.open(await pagesOfSeveral(all.filter(({ place }) => place === undefined)))
    const asPublished = await trap.open(await pagesOf(published))
    console.log(tableOf([unstopped, sanitiserOnly, asPublished]))

    expect(textsOf(sanitiserOnly)).toEqual([])
    expect(textsOf(asPublished)).toEqual([])
    expect([...sanitiserOnly.live, ...asPublished.live]).toEqual([])
    // Not each of them always: a frame or an animation may start too late to be seen.
    const bitten = biting.filter(({ number }) => unstopped.bitten.has(number))
    expect(bitten.length).toBeGreaterThanOrEqual(250)
    expect(new Set(bitten.map(({ family }) => family)).size).toBeGreaterThanOrEqual(20)
  },
)

async function pagesOf(render: (vector: Vector, text: string) => Promise<Site>): Promise<TrapPage[]> {
  const pages: TrapPage[] = []
  for (const vector of all) {
    const site = await render(vector, vector.text)
    for (const path of filesWith(vector, site)) pages.push({ site, path, vectors: [vector] })
  }
  return pages
}

const EACH = 12

/** What the sanitiser lets through cannot reach into its neighbours, so a page may hold several. */
async function pagesOfSeveral(some: readonly Text[]): Promise<TrapPage[]> {
  const pages: TrapPage[] = []
  for (let at = 0; at < some.length; at += EACH) {
    const vectors = some.slice(at, at + EACH)
    pages.push({ site: await sanitised(vectors.map(({ text }) => text)), path: 'a.html', vectors })
  }
  return pages
}

const textsOf = ({ bitten }: Catch): string[] => all.filter(({ number }) => bitten.has(number)).map(({ text }) => text)

function tableOf(catches: readonly Catch[]): string {
  const row = (name: string, some: readonly Text[]) =>
    line(name, [some.length, ...catches.map(({ bitten }) => some.filter(({ number }) => bitten.has(number)).length)])
  return [
    line('family', ['vectors', 'bite without', 'sanitiser only', 'run with']),
    ...Map.groupBy(all, ({ family }) => family)
      .entries()
      .map(([name, some]) => row(name, some)),
    row('all', all),
  ].join('\n')
}

const line = (name: string, cells: readonly (string | number)[]): string =>
  [name.padEnd(52), ...cells.map((cell) => String(cell).padStart(14))].join(' |')
