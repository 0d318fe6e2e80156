import { fill } from '../texts/fill.ts'
import { find, findAll } from './find.ts'
import { texts } from './texts.ts'

/** The share of its place that a column in view may take. */
const MOST_KEPT = 0.45

/**
 * A table that is wider than its place says that it scrolls, and keeps its first column in view unless that takes too much of it. Others
 * need no focus of their own.
 */
export function setUpTables(): void {
  const regions = findAll('.scroll')
  if (regions.length === 0) return
  const labels = new Map(regions.map((region) => [region, region.getAttribute('aria-label') ?? '']))
  const update = () => {
    for (const region of regions) {
      const scrolls = region.scrollWidth > region.clientWidth + 1
      region.classList.toggle('keeps-first', scrolls && widthOfFirst(region) <= region.clientWidth * MOST_KEPT)
      const label = labels.get(region) ?? ''
      region.setAttribute('aria-label', scrolls ? fill(texts.scrolls, { region: label }) : label)
      region.tabIndex = scrolls ? 0 : -1
    }
  }
  new ResizeObserver(update).observe(document.body)
  update()
}

const widthOfFirst = (region: HTMLElement): number => find('tr > :first-child', region)?.offsetWidth ?? 0
