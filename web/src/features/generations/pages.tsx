import { isActive, plannedPages, type VariantView } from '../../api/variants.ts'

/** The pages by title: how many are finished, and which ones failed. */
export function Pages({ variant }: { variant: VariantView }) {
  const pages = plannedPages(variant)
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
            {failed.includes(slug) && <span className="problem"> (failed)</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}
