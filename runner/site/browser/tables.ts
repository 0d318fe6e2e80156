import { findAll } from './find.ts'

/** A table that is wider than its place keeps its first column in view and says that it scrolls. Others need no focus of their own. */
export function setUpTables(): void {
  const regions = findAll('.scroll')
  if (regions.length === 0) return
  const update = () => {
    for (const region of regions) {
      const scrolls = region.scrollWidth > region.clientWidth + 1
      region.classList.toggle('scrolls', scrolls)
      region.setAttribute('aria-label', scrolls ? 'Table, scrolls sideways' : 'Table')
      region.tabIndex = scrolls ? 0 : -1
    }
  }
  new ResizeObserver(update).observe(document.body)
  update()
}
