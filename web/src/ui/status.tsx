import type { VariantView } from '../../../api/variant.ts'

const labels: Record<VariantView['status'], string> = {
  generating: 'Generating',
  ready: 'Ready',
  error: 'Failed',
  aborted: 'Aborted',
}

const stages: Record<NonNullable<VariantView['current_stage']>, string> = {
  queued: 'Waiting',
  starting: 'Starting',
  cloning: 'Cloning the repository',
  planning: 'Planning the pages',
  incremental_planning: 'Planning what changed',
  generating_pages: 'Writing pages',
  rendering: 'Rendering the site',
  publishing: 'Publishing',
  up_to_date: 'Up to date',
}

/** All statuses with their names. */
export const statusNames = Object.entries(labels)

/** The name of a stage. */
export const stageName = (stage: VariantView['current_stage']): string => (stage === null ? '' : stages[stage])

/** A status in words; the colour only repeats it. */
export function Status({ variant: { status, current_stage } }: { variant: VariantView }) {
  const isUnfinished = current_stage !== null && current_stage !== 'up_to_date'
  return (
    <span className={`status ${status}`}>
      {labels[status]}
      {labels[status] === labels.generating && isUnfinished && `: ${stageName(current_stage)}`}
    </span>
  )
}
