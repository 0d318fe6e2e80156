import type { Table } from '../../shared/aws/clients.ts'
import { transition } from '../../shared/aws/variant-store.ts'
import type { LaterTransition, LeaseFor, Writes } from '../../shared/lifecycle.ts'

/** Applies a transition with sample values for the time `at` and the task `me`. */
export const transitionBySample = async <Name extends LaterTransition>(
  table: Table,
  name: Name,
  lease: LeaseFor<Name>,
  { me, at }: { me: string; at: string },
) => await transition(table, name, lease, samples(me, at)[name])

const samples = (me: string, at: string): { [Name in LaterTransition]: Writes<Name> } => ({
  prioritize: { prioritizedAt: at },
  launch: { launchedAt: at, startedAt: at, limitSeconds: 60, mayUseCredentials: true },
  recordTask: { taskArn: me },
  refuse: { waitingReason: 'no capacity' },
  claim: { claimedBy: me, taskArn: me },
  progress: { ...counters, costUsd: 0.3 },
  publish: { published: siteOf(at), publishedUrl: 'https://8.8.8.8/group/one', donePages: 1, unverifiedCitations: 0 },
  upToDate: { commit: 'c', ref: 'main' },
  fail: { ...counters, costUsd: 0.3, errorMessage: 'no' },
  resume: { hostEnds: 1, waitingReason: 'its host went away' },
  retry: { deaths: 1, waitingReason: 'it died' },
  giveUp: { errorMessage: 'it died again' },
  condemn: { hungReason: 'no beat' },
  askAbort: { abortAskedAt: at },
  confirmAbort: { errorMessage: 'aborted' },
  observe: { seenHeartbeats: 1, seenProgressSteps: 1, silentSweeps: 0, stuckSweeps: 0 },
})

const counters = { heartbeats: 1, progressSteps: 1, ranSeconds: 1 }

const siteOf = (publishedAt: string) => ({
  prefix: 'somewhere/',
  generationId: '00000009-0000-4000-8000-000000000000',
  pageScope: 'a scope',
  commit: 'c',
  ref: 'main',
  pageCount: 1,
  complete: true,
  publishedAt,
})
