import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import { sitePath } from '../../api/paths.ts'
import { isPublished, keyOf, type VariantView } from '../../api/variants.ts'
import { canChange, useCaller } from '../../ui/caller.ts'
import { dollars, localTime } from '../../ui/format.ts'
import { Link } from '../../ui/link.tsx'
import { Status } from '../../ui/status.tsx'
import { addressOfVariant } from '../../ui/variant-link.ts'
import { DeleteDialog } from './delete-dialog.tsx'

/** Pixels, before a row is measured. */
const ROW_HEIGHT = 64

/** A list of any length: only the rows near the visible part are in the document. */
export function VariantList({ variants }: { variants: readonly VariantView[] }) {
  const [deleting, setDeleting] = useState<VariantView>()
  const list = useRef<HTMLUListElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), [])
  const rows = useWindowVirtualizer({
    count: variants.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => keyAt(variants, index),
  })
  return (
    <>
      <ul ref={list} className="rows" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const variant = variants[index]
          return (
            variant && (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                className="row"
                style={{ transform: `translateY(${start - top}px)` }}
                aria-setsize={variants.length}
                aria-posinset={index + 1}
              >
                <Row variant={variant} onDelete={() => setDeleting(variant)} />
              </li>
            )
          )
        })}
      </ul>
      {deleting && <DeleteDialog variant={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  )
}

function keyAt(variants: readonly VariantView[], index: number): string {
  const variant = variants[index]
  return variant ? keyOf(variant) : String(index)
}

function Row({ variant, onDelete }: { variant: VariantView; onDelete: () => void }) {
  const caller = useCaller()
  const { name, branch, ai_provider, ai_model, owner, updated_at, spent_usd } = variant
  return (
    <>
      <span>
        <Link to={addressOfVariant(variant)}>
          {name}, {branch}
        </Link>{' '}
        <span className="quiet">
          {ai_provider} {ai_model}, {owner}
        </span>
      </span>
      <Status variant={variant} />
      <span className="quiet">{localTime(updated_at)}</span>
      <span>{dollars(spent_usd)}</span>
      {isPublished(variant) && (
        <a href={sitePath(variant)} aria-label={`Open the site of ${name}, ${branch}, ${ai_model}`}>
          Open
        </a>
      )}
      {canChange(caller, owner) && (
        <button
          type="button"
          className="plain"
          onClick={onDelete}
          aria-label={`Delete ${name}, ${branch}, ${ai_model}`}
        >
          Delete
        </button>
      )}
    </>
  )
}
