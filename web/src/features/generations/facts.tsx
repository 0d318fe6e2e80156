import { useEffect, useState } from 'react'
import { isActive, type VariantView } from '../../api/variants.ts'
import { dateOf, dollars, duration, localTime } from '../../ui/format.ts'

/** What is known about a generation: time, money, place in the queue. */
export function Facts({ variant }: { variant: VariantView }) {
  const elapsed = useElapsedSeconds(variant)
  const facts: [name: string, value: string | null][] = [
    ['Repository', variant.repo_url],
    ['Branch or tag', variant.ref],
    ['Model', `${variant.ai_provider} ${variant.ai_model}`],
    ['Owner', variant.owner],
    ['Place in the queue', variant.queue_position === null ? null : String(variant.queue_position)],
    ['Waiting because', variant.waiting_reason],
    ['Attempt', variant.attempt > 1 ? String(variant.attempt) : null],
    ['Time', elapsed === undefined ? null : timeOf(variant, elapsed)],
    ['Cost', costOf(variant)],
    ['Spent on all generations', dollars(variant.spent_usd)],
    ['Published', variant.last_generated && localTime(variant.last_generated)],
    ['Commit', variant.last_commit_sha],
    ['Notes', variant.notes.length > 0 ? variant.notes.join(' ') : null],
  ]
  return (
    <dl className="facts">
      {facts.map(
        ([name, value]) =>
          value !== null && (
            <div key={name} className="fact">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

/** With the likely rest once a third of the pages is there: before that the guess would jump. */
function timeOf({ page_count, total_pages, ...variant }: VariantView, elapsed: number): string {
  const isGuessable = total_pages !== null && page_count * 3 >= total_pages && page_count < total_pages
  if (!isActive({ page_count, total_pages, ...variant }) || !isGuessable) return duration(elapsed)
  return `${duration(elapsed)}, about ${duration((elapsed / page_count) * (total_pages - page_count))} left`
}

function costOf({ total_cost_usd, estimated_cost_usd }: VariantView): string | null {
  if (total_cost_usd === null) return null
  const estimate = estimated_cost_usd === null ? '' : `, estimated ${dollars(estimated_cost_usd)} in all`
  return `${dollars(total_cost_usd)}${estimate}`
}

/** Ticks while the generation is active. */
function useElapsedSeconds(variant: VariantView): number | undefined {
  const [now, setNow] = useState(Date.now)
  const active = isActive(variant)
  useEffect(() => {
    if (!active) return
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [active])
  if (!active) return variant.generation_duration ?? undefined
  return variant.generation_started_at === null ? undefined : (now - dateOf(variant.generation_started_at)) / 1_000
}
