import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, jsonOf } from '../../api/client.ts'
import { queueQuery, variantsQuery } from '../../api/queries.ts'
import { inputOf, titleOf, type VariantView } from '../../api/variants.ts'
import { Field } from '../../ui/field.tsx'
import { Link } from '../../ui/link.tsx'
import { Problem } from '../../ui/problem.tsx'
import { Status } from '../../ui/status.tsx'
import { addressOfVariant } from '../../ui/variant-link.ts'
import { Spending } from './spending.tsx'

/** What runs, what waits, and what was spent. */
export function QueueScreen() {
  const { data, error } = useQuery(queueQuery)
  const { data: list } = useQuery(variantsQuery)
  return (
    <>
      <h1>Queue</h1>
      <Problem error={error} />
      {!data && !error && <p role="status">Loading the queue…</p>}
      {data && (
        <>
          <Drain isDrained={data.drained} reason={data.reason} />
          <h2>Running</h2>
          <Jobs variants={data.running} empty="Nothing runs." />
          <h2>Waiting, in the order of their starts</h2>
          <Jobs variants={data.waiting} empty="Nothing waits." canPrioritize />
          {data.more && <p>More are waiting than are shown.</p>}
        </>
      )}
      <Spending variants={list?.variants ?? []} />
    </>
  )
}

function Jobs({
  variants,
  empty,
  canPrioritize = false,
}: {
  variants: VariantView[]
  empty: string
  canPrioritize?: boolean
}) {
  const prioritize = usePrioritize()
  if (variants.length === 0) return <p>{empty}</p>
  return (
    <>
      <ol>
        {variants.map((variant) => (
          <li key={variant.generation_id}>
            <Link to={addressOfVariant(variant)}>{titleOf(variant)}</Link> of {variant.owner},{' '}
            <Status variant={variant} />{' '}
            {variant.waiting_reason && <span className="quiet">{variant.waiting_reason} </span>}
            {canPrioritize && (
              <button
                type="button"
                className="plain"
                disabled={prioritize.isPending}
                onClick={() => prioritize.mutate(variant)}
                aria-label={`Start next: ${titleOf(variant)}`}
              >
                Start next
              </button>
            )}
          </li>
        ))}
      </ol>
      <Problem error={prioritize.error} />
    </>
  )
}

function usePrioritize() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (variant: VariantView) =>
      await jsonOf(api('POST /api/projects/{name}/{branch}/{provider}/{model}/prioritize', inputOf(variant)), 200),
    onSettled: async () => await client.invalidateQueries({ queryKey: queueQuery.queryKey }),
  })
}

function Drain({ isDrained, reason }: { isDrained: boolean; reason: string | null }) {
  const [text, setText] = useState('')
  const { mutate, error, isPending } = useDrain(isDrained, text)
  return (
    <form
      aria-label="New starts"
      onSubmit={(event) => {
        event.preventDefault()
        mutate()
      }}
    >
      <p role="status">
        {isDrained
          ? `New starts are paused${reason ? `: ${reason}` : ''}.`
          : 'Generations start as places become free.'}
      </p>
      <div className="filters">
        {!isDrained && <Field label="Reason, shown to those who wait" name="reason" value={text} onChange={setText} />}
        <button type="submit" disabled={isPending}>
          {isDrained ? 'Resume new starts' : 'Pause new starts'}
        </button>
      </div>
      <Problem error={error} />
    </form>
  )
}

function useDrain(isDrained: boolean, reason: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async () =>
      isDrained
        ? await jsonOf(api('DELETE /api/admin/drain'), 200)
        : await jsonOf(api('POST /api/admin/drain', { body: { reason: reason.trim() || null } }), 200),
    onSettled: async () => await client.invalidateQueries({ queryKey: queueQuery.queryKey }),
  })
}
