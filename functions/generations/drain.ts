import { ring } from '../../shared/aws/doorbell.ts'
import { drain, endDrain } from '../../shared/aws/queue.ts'
import type { Resources } from '../resources.ts'

/** From now on nothing new starts. Generations that have begun go on, also after their task was lost; requests are accepted. */
export async function drainQueue({ table }: Resources<'table'>, reason: string | null) {
  await drain(table, reason)
  return { drained: true, reason }
}

/** Lets generations start again. Rings; if that fails, the sweeper does within a minute. */
export async function endQueueDrain({ table, queue }: Resources<'table' | 'queue'>) {
  await endDrain(table)
  await ring(queue).catch(() => undefined)
  return { drained: false, reason: null }
}
