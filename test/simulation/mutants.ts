import { type Guard, type Transition, transitions } from '../../shared/lifecycle.ts'
import { moneyMutants } from './money-mutants.ts'
import { type Mutant, swap } from './mutant.ts'

/** A transition with one of its guards disabled. */
const dropped = (row: string, guard: Guard): Mutant =>
  swap(`${row} without '${guard}'`, 'shared/aws/conditions.ts', [
    'transition.requires.map((guard) => expressions[guard])',
    `transition.requires.map((guard) => (transition === transitions.${row} && guard === '${guard}' ? \`(\${expressions[guard]} OR attribute_exists(pk) OR attribute_not_exists(pk))\` : expressions[guard]))`,
  ])

const guards = Object.entries(transitions).flatMap(([row, { requires }]: [string, Transition]) =>
  requires.map((guard) => dropped(row, guard)),
)

const conditions = [
  swap('claimable: only if unclaimed', 'shared/aws/conditions.ts', [
    "'(attribute_not_exists(claimedBy) OR claimedBy = :me)'",
    "'(attribute_not_exists(claimedBy) OR (attribute_not_exists(pk) AND claimedBy = :me))'",
  ]),
  swap('absent: over any tombstone', 'shared/aws/conditions.ts', [
    'OR removedAt < :createdAt',
    'OR (attribute_exists(removedAt) AND pk <> :createdAt)',
  ]),
  swap('takeSlot: even if the slot is taken', 'shared/aws/queue.ts', [
    "occupy(table, number, taker, 'attribute_not_exists(pk)')",
    "occupy(table, number, taker, 'attribute_exists(pk) OR attribute_not_exists(pk)')",
  ]),
  swap('takeOverSlot: regardless of the holder', 'shared/aws/queue.ts', [
    "'takenBy = :before', {",
    "'takenBy = :before OR attribute_exists(pk)', {",
  ]),
  swap('takeSlot: a repeat after a lost reply fails', 'shared/aws/queue.ts', [
    'condition} OR takenBy = :mine`',
    'condition} OR (takenBy = :mine AND attribute_not_exists(pk))`',
  ]),
  swap('freeSlot: regardless of the holder', 'shared/aws/queue.ts', [
    "'takenBy = :seen', ExpressionAttributeValues: { ':seen': takenBy }",
    "'takenBy = :seen OR attribute_exists(pk)', ExpressionAttributeValues: { ':seen': takenBy }",
  ]),
]

const pairs = [
  swap('generate: any repository may replace a site', 'functions/generations/generate.ts', [
    'isSameRepository(publishedUrl, repoUrl)) return',
    "isSameRepository(publishedUrl, repoUrl) || name !== '') return",
  ]),
  swap(
    'generate: reserve, then enqueue',
    'functions/generations/generate.ts',
    [
      'await Promise.all([enqueue(table, waiting), rememberGeneration(table, key, assignment)])',
      'await rememberGeneration(table, key, assignment)',
    ],
    [
      'if (admitted && (await reserve(table, variant, assignment, before)).applied) return assignment',
      'const reserved = await reserve(table, variant, assignment, before)\n    await enqueue(table, waiting)\n    if (reserved.applied) return assignment',
    ],
  ),
  swap(
    'generate: reserve, then record the ID',
    'functions/generations/generate.ts',
    [
      'await Promise.all([enqueue(table, waiting), rememberGeneration(table, key, assignment)])',
      'await enqueue(table, waiting)',
    ],
    [
      'if (admitted && (await reserve(table, variant, assignment, before)).applied) return assignment',
      'const reserved = await reserve(table, variant, assignment, before)\n    await rememberGeneration(table, key, assignment)\n    if (reserved.applied) return assignment',
    ],
  ),
  swap(
    'generate: reserve, then schedule cleanups',
    'functions/generations/generate.ts',
    ['    if (before) await scheduleReplaced(table, before, assignment)\n', ''],
    [
      'if (admitted && (await reserve(table, variant, assignment, before)).applied) return assignment',
      'if (admitted && (await reserve(table, variant, assignment, before)).applied) {\n      if (before) await scheduleReplaced(table, before, assignment)\n      return assignment\n    }',
    ],
  ),
  swap(
    'generate: ring, then reserve',
    'functions/generations/generate.ts',
    [
      '  const assignment = await reserveTurn(resources, caller, variant, request, repoUrl)\n',
      '  await ring(resources.queue).catch(() => undefined)\n  const assignment = await reserveTurn(resources, caller, variant, request, repoUrl)\n',
    ],
    [
      "  await within(RING_TIMEOUT_MS, async () => await ring(resources.queue)).catch((error) =>\n    log.warn('the doorbell did not ring; the sweeper will', { error }),\n  )\n",
      '',
    ],
  ),
  swap('dispatch: RunTask, then record the launch', 'functions/generations/dispatch.ts', [
    "  const { applied } = await transition(table, 'launch',",
    "  await startTask(resources.cluster, leaseOf(record))\n  const { applied } = await transition(table, 'launch',",
  ]),
  swap(
    'dispatch: launch, then take the slot',
    'functions/generations/dispatch.ts',
    [
      '  const slot = await (held ? takeOverSlot(table, held, taker) : takeSlot(table, taker, numbers, round.maxActive))\n  return slot ?',
      "  const slot = held ?? { ...taker, number: 0, takenAt: '', takenBy: '' }\n  return slot ?",
    ],
    [
      "  if (!applied) {\n    // An abort or another dispatch got in between. The latter may own a slot that was held before, so don't free it.\n    if (!held) await freeSlot(table, slot)\n    return 'not-yet'\n  }\n",
      "  if (!applied) return 'not-yet'\n  if (!held) await takeSlot(table, slot, new Set(), round.maxActive)\n",
    ],
  ),
  swap('dispatch: free the slot, then refuse', 'functions/generations/dispatch.ts', [
    "  await transition(table, 'refuse', lease, { waitingReason: result.reason })\n  await freeSlot(table, slot)\n",
    "  await freeSlot(table, slot)\n  await transition(table, 'refuse', lease, { waitingReason: result.reason })\n",
  ]),
  swap('dispatch: free the slot, then fail', 'functions/generations/dispatch.ts', [
    "  if (round.refusedForGood) await transition(table, 'fail',",
    "  await freeSlot(table, slot)\n  if (round.refusedForGood) await transition(table, 'fail',",
  ]),
  swap('dispatch: dequeue, then start', 'functions/generations/dispatch.ts', [
    '  const outcome = await start(resources,',
    '  await dequeue(table, waiting)\n  const outcome = await start(resources,',
  ]),
  swap(
    'abort: StopTask, then record the abort',
    'functions/generations/abort.ts',
    [
      "  const { record } = await transition(resources.table, 'askAbort'",
      "  const running = found.claimedBy ?? found.taskArn\n  if (running) await stopTask(resources.cluster, running, ABORTED_MESSAGE)\n  const { record } = await transition(resources.table, 'askAbort'",
    ],
    ['  if (taskArn) {', '  if (false) {'],
  ),
  swap('abort: confirm, then wait for the runner', 'functions/generations/abort.ts', [
    '  if (record.claimedBy) await waitForRunner',
    "  await transition(table, 'confirmAbort', lease, { errorMessage: ABORTED_MESSAGE })\n  if (record.claimedBy) await waitForRunner",
  ]),
  swap(
    'delete: remove the record, then schedule cleanups',
    'functions/variants/remove.ts',
    ['  await Promise.all(cleanups)\n', ''],
    [
      '  const cleanups = neededPrefixes(record).flatMap((prefix) =>\n    [0, SECOND_CLEANUP_MINUTES].map((minutes) => scheduleCleanup(table, key, prefix, minutes)),\n  )\n',
      '',
    ],
    [
      '  await deleteUnneeded(table,',
      '  for (const prefix of neededPrefixes(record)) {\n    for (const minutes of [0, SECOND_CLEANUP_MINUTES]) await scheduleCleanup(table, key, prefix, minutes)\n  }\n  await deleteUnneeded(table,',
    ],
  ),
  swap(
    'delete: delete the objects, then remove the record',
    'functions/variants/remove.ts',
    [
      '  if (!(await removeRecord',
      '  for await (const { key: object } of listObjects(bucket, variantPrefix(key))) await deleteObjects(bucket, [object])\n  if (!(await removeRecord',
    ],
    [
      'import type { Resources }',
      "import { deleteObjects, listObjects } from '../../shared/aws/site-store.ts'\nimport type { Resources }",
    ],
  ),
  swap(
    'settle: resume, then enqueue',
    'functions/generations/settle-stopped-task.ts',
    ['  await enqueue(table, { ...entryOf(record), atFront: true })\n', ''],
    [
      "  return by === 'itself' ? 'retried' :",
      "  await enqueue(table, { ...entryOf(record), atFront: true })\n  return by === 'itself' ? 'retried' :",
    ],
  ),
  swap('settle: free the slot, then end the generation', 'functions/generations/settle-stopped-task.ts', [
    '  const record = await readRecord(table, lease.key)\n  if (record && isActive(record) &&',
    '  for (const slot of await listSlots(table)) if (slot.generationId === lease.generationId) await freeSlot(table, slot)\n  const record = await readRecord(table, lease.key)\n  if (record && isActive(record) &&',
  ]),
  swap(
    'sweep: StopTask, then end the generation',
    'functions/generations/sweep/tasks.ts',
    ["  if (stop?.first === 'fail') await transition(table, 'fail', lease, { errorMessage: stop.reason })\n", ''],
    [
      '    return await stopTask(cluster, taskArn, stop.reason)\n',
      "    await stopTask(cluster, taskArn, stop.reason)\n    if (stop.first === 'fail') await transition(table, 'fail', lease, { errorMessage: stop.reason })\n    return\n",
    ],
  ),
  swap(
    'sweep: StopTask, then record why',
    'functions/generations/sweep/tasks.ts',
    ["  if (stop?.first === 'condemn') await transition(table, 'condemn', lease, { hungReason: stop.reason })\n", ''],
    [
      '    return await stopTask(cluster, taskArn, stop.reason)\n',
      "    await stopTask(cluster, taskArn, stop.reason)\n    if (stop.first === 'condemn') await transition(table, 'condemn', lease, { hungReason: stop.reason })\n    return\n",
    ],
  ),
  swap(
    'runner: publish, then schedule cleanups',
    'runner/attempt.ts',
    ['  if (site) await scheduleSuperseded(job.table, record)\n', ''],
    [
      "  if (!applied) throw new DomainError('fenced', {})\n",
      "  if (!applied) throw new DomainError('fenced', {})\n  if (site) await scheduleSuperseded(job.table, record)\n",
    ],
  ),
  swap('cleanup: delete the cleanup, then the objects', 'shared/aws/cleanups.ts', [
    '  await deleteUnneeded(table, bucket, cleanup.key, cleanup.prefix)\n  await removeCleanup(table, cleanup)\n',
    '  await removeCleanup(table, cleanup)\n  await deleteUnneeded(table, bucket, cleanup.key, cleanup.prefix)\n',
  ]),
  swap('cleanup: read the record, then list the objects', 'shared/aws/cleanups.ts', [
    '  for await (const objects of objectPages(bucket, prefix)) {\n    if (objects.length === 0) continue\n    const record = await readRecord(table, key)\n',
    '  const record = await readRecord(table, key)\n  for await (const objects of objectPages(bucket, prefix)) {\n',
  ]),
]

/** Bugs of the past, and lines that close a race. */
const lines = [
  swap('a lost reply counts as a refusal', 'shared/aws/variant-store.ts', [
    'record && isMyWork(record, writer, set) ? { applied: true, record }',
    'record && isMyWork(record, writer, set) && set.never ? { applied: true, record }',
  ]),
  swap('a held slot is used without taking it over', 'functions/generations/dispatch.ts', [
    'held ? takeOverSlot(table, held, taker) :',
    'held ? Promise.resolve(held) :',
  ]),
  swap('a losing dispatch frees a slot that was held before', 'functions/generations/dispatch.ts', [
    '    if (!held) await freeSlot(table, slot)\n',
    '    await freeSlot(table, slot)\n',
  ]),
  swap('a dispatch that may not start frees a slot that was held before', 'functions/generations/dispatch.ts', [
    "  if (claimed.held) return 'not-yet'\n",
    '',
  ]),
  swap('a task that ECS does not show yet counts as ended', 'functions/generations/sweep/tasks.ts', [
    '    else await sweepWithoutTask(run, record)\n',
    "    else await settle(run, record, { by: 'host', reason: 'ECS does not know the task' })\n",
  ]),
  swap('a task that is not listed yet counts as never started', 'functions/generations/sweep/tasks.ts', [
    '  if (unclaimed || abandoned) await',
    '  if (unclaimed || abandoned || !record.taskArn) await',
  ]),
  swap('an abort is confirmed while ECS does not show the claimed task', 'functions/generations/sweep/tasks.ts', [
    'const unclaimed = !record.claimedBy && record.abortAskedAt !== undefined',
    'const unclaimed = record.abortAskedAt !== undefined',
  ]),
  swap('a zombie confirms the abort of the next attempt', 'runner/attempt.ts', [
    'record.abortAskedAt && !others)',
    'record.abortAskedAt && (others || !others))',
  ]),
  swap('a task whose generation is over is not stopped', 'functions/generations/sweep/slots.ts', [
    "    await stopTask(cluster, task.taskArn, 'The generation is over')\n",
    '',
  ]),
  swap('a slot is freed while its task is running', 'functions/generations/sweep/slots.ts', [
    'if (!task || task.state.exited) {',
    'if (task || !task) {',
  ]),
  swap('a task started after an abort is not stopped', 'functions/generations/dispatch.ts', [
    "    if (!applied) await stopTask(cluster, result.taskArn, 'The generation went on without this task')\n",
    '',
  ]),
  swap('pages of an abandoned scope are kept', 'functions/generations/generate.ts', [
    '  if (before.pageScope !== pageScope) prefixes.push(storedPrefix(before.key, before.pageScope))\n',
    '',
  ]),
  swap('a refused delete schedules the cleanup of the whole variant', 'functions/variants/remove.ts', [
    'neededPrefixes(record).flatMap(',
    '[variantPrefix(key)].flatMap(',
  ]),
  swap('a stray queue entry is dropped at once', 'functions/generations/dispatch.ts', [
    'if (!reserved && millisecondsSince(waiting.queuedAt) < STRAY_AFTER_MS)',
    'if (!reserved && millisecondsSince(waiting.queuedAt) < 0)',
  ]),
  swap('the sweeper enqueues nothing', 'functions/generations/sweep/records.ts', [
    '  if (millisecondsSince(queuedAt) <= GRACE_MS) return false\n',
    '  if (millisecondsSince(queuedAt) <= 1e12) return false\n',
  ]),
  swap('the sweeper does not ring', 'functions/generations/sweep.ts', [
    '  if (await isAnyWaiting(table)) await ring(queue)\n',
    '  await isAnyWaiting(table)\n',
  ]),
  swap('a running generation gives its slot away', 'functions/generations/settle-stopped-task.ts', [
    '  if (isActive(record) && record?.generationId === generationId) return\n',
    '',
  ]),
  swap('a late report frees the slot of a later attempt', 'functions/generations/settle-stopped-task.ts', [
    'slot.generationId === generationId && slot.attempt <= attempt',
    'slot.generationId === generationId',
  ]),
  swap('the sweeper ignores new heartbeats', 'functions/generations/sweep/health.ts', [
    '(seen.seenHeartbeats === heartbeats ? (seen',
    '(seen.seenHeartbeats !== -1 ? (seen',
  ]),
  swap('an abort is answered before its runner has stopped', 'functions/generations/abort.ts', [
    'if (record.claimedBy) await waitForRunner(',
    'if (record.claimedBy && record.heartbeats < 0) await waitForRunner(',
  ]),
  swap('one retry too few', 'shared/lifecycle.ts', ['export const MAX_RETRIES = 2', 'export const MAX_RETRIES = 1']),
  swap('one retry too many', 'shared/lifecycle.ts', ['export const MAX_RETRIES = 2', 'export const MAX_RETRIES = 3']),
  swap('an end by the host counts as a failure', 'functions/generations/settle-stopped-task.ts', [
    ' : end\n',
    " : { ...end, by: 'itself' }\n",
  ]),
  swap('an end by SIGTERM counts as a failure', 'shared/aws/end-of-task.ts', [
    'const TERMINATED = 143',
    'const TERMINATED = -1',
  ]),
  swap('a failure counts as an end by the host', 'shared/aws/end-of-task.ts', [
    "OWN_ENDS.includes(stopCode) ? 'itself' : 'host'",
    "OWN_ENDS.includes(stopCode) && stopCode === undefined ? 'itself' : 'host'",
  ]),
  swap('a hung task counts as an end by the host', 'functions/generations/settle-stopped-task.ts', [
    "record.hungReason ? { by: 'itself',",
    "record.hungReason ? { by: 'host',",
  ]),
  swap('a stored page does not reset the failure count', 'runner/progress.ts', [
    '{ ...step, deaths: 0, hostEnds: 0 }',
    '{ ...step }',
  ]),
  swap('the wait before the next attempt is ignored', 'functions/generations/dispatch.ts', [
    "  if (isHeldBack(record)) return { outcome: 'not-yet' }\n",
    '',
  ]),
  swap('no backoff, however often the host ends a task', 'shared/lifecycle.ts', [
    'hostEnds < 4 ? 0',
    'hostEnds < 4_000 ? 0',
  ]),
  swap('every attempt gets the whole time limit', 'runner/attempt.ts', [
    '(record.limitSeconds - record.ranSeconds) * 1_000',
    'record.limitSeconds * 1_000',
  ]),
  swap('the time of earlier attempts is not counted', 'shared/aws/variant-store.ts', [
    "if (row.attempt === 'next') set.attempt = lease.attempt + 1\n",
    "if (row.attempt === 'next') Object.assign(set, { attempt: lease.attempt + 1, ranSeconds: 0 })\n",
  ]),
  swap(
    'the last error message is kept',
    'shared/generation.ts',
    ['  errorMessage: z.string().optional(),\n', ''],
    ['  key: z.string(),\n  published', '  key: z.string(),\n  errorMessage: z.string().optional(),\n  published'],
  ),
  swap(
    'an attempt keeps the hung reason of the last one',
    'shared/generation.ts',
    ['  hungReason: z.string().optional(),\n', ''],
    [
      '  waitingReason: z.string().optional(),\n',
      '  waitingReason: z.string().optional(),\n  hungReason: z.string().optional(),\n',
    ],
  ),
  swap('concurrent dispatches exceed the limit of an owner together', 'functions/generations/dispatch.ts', [
    'held <= round.maxActivePerOwner)\n',
    'held <= round.maxActive)\n',
  ]),
  swap('an owner without room gets a turn', 'shared/turns.ts', [
    'total < maxActive && (byOwner.get(owner) ?? 0) < maxActivePerOwner',
    'total < maxActive && (byOwner.get(owner) ?? 0) < maxActive',
  ]),
  swap('a slot is taken before the entry is at the front', 'functions/generations/dispatch.ts', [
    '  if (!waiting.atFront) await enqueue(table, { ...entryOf(record), atFront: true })\n',
    '',
  ]),
  swap('drained, dispatch goes on', 'functions/generations/dispatch.ts', [
    'state.drained ? NO_ROOM : limits',
    'limits',
  ]),
  swap('turns are not recorded', 'functions/generations/dispatch.ts', [
    "  if (isChanged || outcomes.includes('started')) await recordTurn(table, { lastTurn, blockedReason })\n",
    '',
  ]),
  swap('a replaced site is deleted at once', 'runner/stages/publish.ts', [
    'const SUPERSEDED_MINUTES = 75',
    'const SUPERSEDED_MINUTES = 0',
  ]),
  swap('temporary trouble of a service ends the generation', 'runner/attempt.ts', [
    '    if (isServiceTrouble(error)) throw error\n',
    '',
  ]),
]

export const mutants: readonly Mutant[] = [...guards, ...conditions, ...pairs, ...lines, ...moneyMutants]
