import { expect, test } from 'vitest'
import { pagesOf } from '../../shared/plan.ts'
import { go } from './stand-in-languages/go.ts'
import { java } from './stand-in-languages/java.ts'
import { c, cPlusPlus, cSharp, php, ruby, shell } from './stand-in-languages/others.ts'
import { rust } from './stand-in-languages/rust.ts'
import { cloneOf, problemsOf, siteOf } from './stand-in-site.ts'

const languages = {
  Go: go,
  Rust: rust,
  Java: java,
  'C#': cSharp,
  C: c,
  'C++': cPlusPlus,
  Ruby: ruby,
  PHP: php,
  Shell: shell,
}

const projects = Object.entries(languages).flatMap(([language, all]) =>
  all.map((project) => ({ language, ...project })),
)

test.each(projects)(
  '$language: $what is documented from its code',
  { timeout: 60_000 },
  async ({ files, says, lacks = [] }) => {
    const root = await cloneOf(files)
    const { plan, pages } = await siteOf(root)
    const slugs = pagesOf(plan).map(({ slug }) => slug)
    for (const [slug, markdown] of pages)
      expect({ slug, problems: problemsOf(root, markdown, slugs) }).toEqual({ slug, problems: [] })
    for (const [slug, texts] of Object.entries(says))
      for (const text of texts) expect(pages.get(slug) ?? `no page ${slug} in ${slugs}`).toContain(text)
    for (const text of lacks) expect([...pages.values()].join('\n')).not.toContain(text)
  },
)
