import { donePagesIn } from '../../../../shared/done-pages.ts'
import { isActive, type PlannedPage, plannedPages, type VariantView } from '../../api/variants.ts'

/** The pages by title: which ones are finished, and which ones failed. */
export function Pages({ variant, log }: { variant: VariantView; log: string }) {
  const pages = pagesOf(variant)
  const done = new Set(isActive(variant) ? donePagesIn(log) : [])
  const { page_count: finished, total_pages: total, failed_pages: failed } = variant
  if (total === null && pages.length === 0) return null
  return (
    <section>
      <h2>Pages</h2>
      {isActive(variant) && total !== null && (
        <>
          <progress value={finished} max={total} aria-label="Pages finished" />
          <p role="status">
            {finished} of {total} finished
          </p>
        </>
      )}
      <ul>
        {pages.map(({ slug, title }) => (
          <li key={slug}>
            {title}
            {done.has(slug) && <span className="done"> (finished)</span>}
            {failed.includes(slug) && <span className="problem"> (failed)</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The plan of a published site lacks the pages that failed. They are then known by their file names alone. */
function pagesOf(variant: VariantView): PlannedPage[] {
  const planned = plannedPages(variant)
  const known = new Set(planned.map(({ slug }) => slug))
  const others = variant.failed_pages.filter((slug) => !known.has(slug))
  return [...planned, ...others.map((slug) => ({ slug, title: slug }))]
}
