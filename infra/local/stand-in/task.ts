import * as z from 'zod'
import { PlannedPage } from '../../../shared/plan.ts'

const PlanTask = z.object({
  kind: z.literal('plan'),
  project: z.string().trim().min(1).max(200),
  repo_url: z.string().nullish(),
  repo_type: z.string().nullish(),
})

const PageTask = PlannedPage.extend({
  kind: z.literal('page'),
  pages: z.array(PlannedPage.pick({ slug: true, title: true })),
})

/** What a prompt asks for: the plan of a site, or one page of it. */
export const Task = z.discriminatedUnion('kind', [PlanTask, PageTask])
export type Task = z.infer<typeof Task>

const [opening, closing] = ['<task>', '</task>']

/**
 * Reads the last line of a prompt that is `<task>{JSON}</task>`; the prose around it is meant for a real model.
 * @throws when that line is no task this program knows. Undefined when the prompt has no such line.
 */
export function findTask(prompt: string): Task | undefined {
  const line = prompt
    .split('\n')
    .map((each) => each.trim())
    .findLast((each) => each.startsWith(opening) && each.endsWith(closing))
  return line === undefined ? undefined : Task.parse(JSON.parse(line.slice(opening.length, -closing.length)))
}
