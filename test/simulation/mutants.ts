import { type Guard, type Transition, transitions } from '../../shared/lifecycle.ts'
import { moneyMutants } from './money-mutants.ts'
import { type Mutant, swap } from './mutant.ts'

/** A row of the lifecycle table with a guard that lets everything through. */
const dropped = (row: string, guard: Guard): Mutant =>
  swap(`${row} without '${guard}'`, 'shared/aws/conditions.ts', [
    'transition.requires.map((guard) => expressions[guard])',
    `transition.requires.map((guard) => (transition === transitions.${row} && guard === '${guard}' ? \`(\${expressions[guard]} OR attribute_exists(pk) OR attribute_not_exists(pk))\` : expressions[guard]))`,
  ])

const guards = Object.entries(transitions).flatMap(([row, { requires }]: [string, Transition]) =>
  requires.map((guard) => dropped(row, guard)),
)

const conditions = [
  swap('claimable: only by nobody', 'shared/aws/conditions.ts', [
    "'(attribute_not_exists(claimedBy) OR claimedBy = :me)'",
    "'(attribute_not_exists(claimedBy) OR (attribute_not_exists(pk) AND claimedBy = :me))'",
  ]),
  swap('absent: over any tombstone', 'shared/aws/conditions.ts', [
    'OR removedAt < :createdAt',
    'OR (attribute_exists(removedAt) AND pk <> :createdAt)',
  ]),
  swap('a free slot: taken or not', 'shared/aws/queue.ts', [
    "occupy(table, number, taker, 'attribute_not_exists(pk)')",
    "occupy(table, number, taker, 'attribute_exists(pk) OR attribute_not_exists(pk)')",
  ]),
  swap('a slot taken over: by whomever it is held', 'shared/aws/queue.ts', [
    "'takenBy = :before', {",
    "'takenBy = :before OR attribute_exists(pk)', {",
  ]),
  swap('a slot taken: not mine when the reply was lost', 'shared/aws/queue.ts', [
    'condition} OR takenBy = :mine`',
    'condition} OR (takenBy = :mine AND attribute_not_exists(pk))`',
  ]),
  swap('a slot freed: by whomever it is held', 'shared/aws/queue.ts', [
    "'takenBy = :seen', ExpressionAttributeValues: { ':seen': takenBy }",
    "'takenBy = :seen OR attribute_exists(pk)', ExpressionAttributeValues: { ':seen': takenBy }",
  ]),
]

const pairs = [
  swap(
    'generate: reserve, then the note in the waiting room',
    'functions/generations/generate.ts',
    [
      'await Promise.all([enqueue(table, waiting), rememberGeneration(table, key, assignment)])',
      'await rememberGeneration(table, key, assignment)',
    ],
    [
      'if (userExists && (await reserve(table, variant, assignment, before)).applied) return assignment',
      'const reserved = await reserve(table, variant, assignment, before)\n    await enqueue(table, waiting)\n    if (reserved.applied) return assignment',
    ],
  ),
  swap(
    'generate: reserve, then the note that finds it by its id',
    'functions/generations/generate.ts',
    [
      'await Promise.all([enqueue(table, waiting), rememberGeneration(table, key, assignment)])',
      'await enqueue(table, waiting)',
    ],
    [
      'if (userExists && (await reserve(table, variant, assignment, before)).applied) return assignment',
      'const reserved = await reserve(table, variant, assignment, before)\n    await rememberGeneration(table, key, assignment)\n    if (reserved.applied) return assignment',
    ],
  ),
  swap(
    'generate: reserve, then what it replaces',
    'functions/generations/generate.ts',
    ['    if (before) await scheduleReplaced(table, before, assignment)\n', ''],
    [
      'if (userExists && (await reserve(table, variant, assignment, before)).applied) return assignment',
      'if (userExists && (await reserve(table, variant, assignment, before)).applied) {\n      if (before) await scheduleReplaced(table, before, assignment)\n      return assignment\n    }',
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
  swap('dispatch: RunTask, then the launch on the record', 'functions/generations/dispatch.ts', [
    "  const { applied } = await transition(table, 'launch',",
    "  await startTask(resources.cluster, leaseOf(record))\n  const { applied } = await transition(table, 'launch',",
  ]),
  swap(
    'dispatch: launch, then the slot',
    'functions/generations/dispatch.ts',
    [
      "  const slot = await (held ? takeOverSlot(table, held, taker) : takeSlot(table, taker, slots, round.maxActive))\n  if (!slot) return held ? 'not-yet' : 'no-capacity'\n",
      '',
    ],
    [
      "  if (!applied) {\n    // An abort or another dispatch got in between. The latter may own a slot that was held before, so don't free it.\n    if (!held) await freeSlot(table, slot)\n    return 'not-yet'\n  }\n",
      "  if (!applied) return 'not-yet'\n  const slot = await (held ? takeOverSlot(table, held, taker) : takeSlot(table, taker, slots, round.maxActive))\n  if (!slot) return 'not-yet'\n",
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
  swap('dispatch: leave the waiting room, then start', 'functions/generations/dispatch.ts', [
    '  const outcome = await start(resources,',
    '  await dequeue(table, waiting)\n  const outcome = await start(resources,',
  ]),
  swap(
    'abort: StopTask, then the mark',
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
    'delete: the record, then the notes',
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
    'delete: the objects, then the record',
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
    'settle: resume, then the note in the waiting room',
    'functions/generations/settle-stopped-task.ts',
    ['  await enqueue(table, { owner, key, generationId, queuedAt })\n', ''],
    [
      "  return by === 'itself' ? 'retried' :",
      "  await enqueue(table, { owner, key, generationId, queuedAt })\n  return by === 'itself' ? 'retried' :",
    ],
  ),
  swap('settle: free the slot, then the end of the generation', 'functions/generations/settle-stopped-task.ts', [
    '  const record = await readRecord(table, lease.key)\n  if (record && isActive(record) &&',
    '  for (const slot of await listSlots(table)) if (slot.generationId === lease.generationId) await freeSlot(table, slot)\n  const record = await readRecord(table, lease.key)\n  if (record && isActive(record) &&',
  ]),
  swap(
    'sweep: StopTask, then the end of the generation',
    'functions/generations/sweep.ts',
    [
      "  if (stop?.first === 'fail') await transition(table, 'fail', leaseOf(record), { errorMessage: stop.reason })\n",
      '',
    ],
    [
      '    return await stopTask(resources.cluster, taskArn, stop.reason)\n',
      "    await stopTask(resources.cluster, taskArn, stop.reason)\n    if (stop.first === 'fail') await transition(table, 'fail', leaseOf(record), { errorMessage: stop.reason })\n    return\n",
    ],
  ),
  swap(
    'sweep: StopTask, then why on the record',
    'functions/generations/sweep.ts',
    [
      "  if (stop?.first === 'condemn') await transition(table, 'condemn', leaseOf(record), { hungReason: stop.reason })\n",
      '',
    ],
    [
      '    return await stopTask(resources.cluster, taskArn, stop.reason)\n',
      "    await stopTask(resources.cluster, taskArn, stop.reason)\n    if (stop.first === 'condemn') await transition(table, 'condemn', leaseOf(record), { hungReason: stop.reason })\n    return\n",
    ],
  ),
  swap(
    'runner: publish, then what it supersedes',
    'runner/attempt.ts',
    ['  if (site) await scheduleSuperseded(job.table, record)\n', ''],
    [
      "  if (!applied) throw new DomainError('fenced', {})\n",
      "  if (!applied) throw new DomainError('fenced', {})\n  if (site) await scheduleSuperseded(job.table, record)\n",
    ],
  ),
  swap(
    'cleanup: the note, then the objects',
    'shared/aws/cleanups.ts',
    ['  await deleteUnneeded(table, bucket, key, prefix)\n  await table', '  await table'],
    [
      'Key: itemKeys.cleanup(dueAt, prefix) }))\n}',
      'Key: itemKeys.cleanup(dueAt, prefix) }))\n  await deleteUnneeded(table, bucket, key, prefix)\n}',
    ],
  ),
  swap('cleanup: the record, then the list', 'shared/aws/cleanups.ts', [
    '  const objects = await Array.fromAsync(listObjects(bucket, prefix))\n  const record = await readRecord(table, key)\n',
    '  const record = await readRecord(table, key)\n  const objects = await Array.fromAsync(listObjects(bucket, prefix))\n',
  ]),
]

/** What once was wrong, or is a line that closes a race. */
const lines = [
  swap('a lost reply counts as a refusal', 'shared/aws/variant-store.ts', [
    'record && isMyWork(record, writer, set) ? { applied: true, record }',
    'record && isMyWork(record, writer, set) && set.never ? { applied: true, record }',
  ]),
  swap('a slot that is held is used without taking it over', 'functions/generations/dispatch.ts', [
    'held ? takeOverSlot(table, held, taker) :',
    'held ? Promise.resolve(held) :',
  ]),
  swap('the loser frees a slot that was held', 'functions/generations/dispatch.ts', [
    '    if (!held) await freeSlot(table, slot)\n',
    '    await freeSlot(table, slot)\n',
  ]),
  swap('a task that ECS does not see yet has ended', 'functions/generations/sweep.ts', [
    '  if (task.unknown) return await sweepWithoutTask(resources, record, log)\n',
    '  if (task.unknown) return await settleStoppedTask(resources, leaseOf(record), task.reason, log)\n',
  ]),
  swap(
    'a task that is not listed yet was never started',
    'functions/generations/sweep.ts',
    ['  if (unclaimed || abandoned) await', '  if (unclaimed || abandoned || !task) await'],
    ['async function sweepWithoutTask(', 'const task = undefined\nasync function sweepWithoutTask('],
  ),
  swap('an abort is confirmed while a claimed task is only not seen', 'functions/generations/sweep.ts', [
    'const unclaimed = !record.claimedBy && record.abortAskedAt !== undefined',
    'const unclaimed = record.abortAskedAt !== undefined',
  ]),
  swap('a zombie confirms the abort of the next attempt', 'runner/attempt.ts', [
    'record.abortAskedAt && !others)',
    'record.abortAskedAt && (others || !others))',
  ]),
  swap('nobody stops a task whose generation is over', 'functions/generations/sweep.ts', [
    "  await stopTask(cluster, taskArn, 'The generation is over')\n",
    '',
  ]),
  swap('a slot is freed while its task runs', 'functions/generations/sweep.ts', [
    'if (taskArn === undefined || task?.exited || task?.unknown) {',
    'if (taskArn === undefined || task) {',
  ]),
  swap('an abort that overtook RunTask leaves the task alone', 'functions/generations/dispatch.ts', [
    "    if (!applied) await stopTask(cluster, result.taskArn, 'The generation went on without this task')\n",
    '',
  ]),
  swap('the pages of a scope that was left stay', 'functions/generations/generate.ts', [
    '  if (before.pageScope !== pageScope) prefixes.push(storedPrefix(before.key, before.pageScope))\n',
    '',
  ]),
  swap('a delete that is refused has noted the whole variant', 'functions/variants/remove.ts', [
    'neededPrefixes(record).flatMap(',
    '[variantPrefix(key)].flatMap(',
  ]),
  swap('a stray note is dropped at once', 'functions/generations/dispatch.ts', [
    'if (!reserved && millisecondsSince(waiting.queuedAt) < STRAY_AFTER_MS)',
    'if (!reserved && millisecondsSince(waiting.queuedAt) < 0)',
  ]),
  swap('the sweeper notes nobody in the waiting room', 'functions/generations/sweep.ts', [
    'else if (millisecondsSince(queuedAt) > GRACE_MS) await',
    'else if (millisecondsSince(queuedAt) > 1e12) await',
  ]),
  swap('the sweeper does not ring', 'functions/generations/sweep.ts', [
    '  if ((await listQueue(resources.table)).length > 0) await ring(resources.queue)\n',
    '  await listQueue(resources.table)\n',
  ]),
  swap('a generation that goes on gives its slot away', 'functions/generations/settle-stopped-task.ts', [
    '  if (isActive(record) && record?.generationId === generationId) return\n',
    '',
  ]),
  swap('a late report frees the slot of a later attempt', 'functions/generations/settle-stopped-task.ts', [
    'slot.generationId === generationId && slot.attempt <= attempt',
    'slot.generationId === generationId',
  ]),
  swap('the sweeper trusts what it saw before', 'functions/generations/sweep.ts', [
    'silentSweeps: heartbeats === seenHeartbeats ? silentSweeps + 1 : 0,',
    'silentSweeps: silentSweeps + 1,',
  ]),
  swap('an abort is answered before its runner has ended', 'functions/generations/abort.ts', [
    'if (record.claimedBy) await waitForRunner(',
    'if (record.claimedBy && record.heartbeats < 0) await waitForRunner(',
  ]),
  swap('a retry too few', 'shared/lifecycle.ts', ['export const MAX_RETRIES = 2', 'export const MAX_RETRIES = 1']),
  swap('a retry too many', 'shared/lifecycle.ts', ['export const MAX_RETRIES = 2', 'export const MAX_RETRIES = 3']),
  swap("a host's end counts", 'functions/generations/settle-stopped-task.ts', [
    ' : end\n',
    " : { ...end, by: 'itself' }\n",
  ]),
  swap('an end by SIGTERM counts', 'shared/aws/end-of-task.ts', ['const TERMINATED = 143', 'const TERMINATED = -1']),
  swap("a failure counts as the host's end", 'shared/aws/end-of-task.ts', [
    "OWN_ENDS.includes(stopCode) ? 'itself' : 'host'",
    "OWN_ENDS.includes(stopCode) && stopCode === undefined ? 'itself' : 'host'",
  ]),
  swap("a task that hangs counts as the host's end", 'functions/generations/settle-stopped-task.ts', [
    "record.hungReason ? { by: 'itself',",
    "record.hungReason ? { by: 'host',",
  ]),
  swap('a page that was stored does not start the count anew', 'runner/progress.ts', [
    '{ ...step, deaths: 0, hostEnds: 0 }',
    '{ ...step }',
  ]),
  swap('the wait before the next attempt is ignored', 'functions/generations/dispatch.ts', [
    "  if (isHeldBack(record)) return 'not-yet'\n",
    '',
  ]),
  swap('nothing waits, however often the host ends it', 'shared/lifecycle.ts', [
    'hostEnds < 4 ? 0',
    'hostEnds < 4_000 ? 0',
  ]),
  swap('every attempt has the whole time', 'runner/attempt.ts', [
    '(record.limitSeconds - record.ranSeconds) * 1_000',
    'record.limitSeconds * 1_000',
  ]),
  swap('the time of former attempts is forgotten', 'shared/aws/variant-store.ts', [
    "if (row.attempt === 'next') set.attempt = lease.attempt + 1\n",
    "if (row.attempt === 'next') Object.assign(set, { attempt: lease.attempt + 1, ranSeconds: 0 })\n",
  ]),
  swap(
    'the last error message stays',
    'shared/generation.ts',
    ['  errorMessage: z.string().optional(),\n', ''],
    ['  key: z.string(),\n  published', '  key: z.string(),\n  errorMessage: z.string().optional(),\n  published'],
  ),
  swap(
    'an attempt keeps what was said of the last one',
    'shared/generation.ts',
    ['  hungReason: z.string().optional(),\n', ''],
    [
      '  waitingReason: z.string().optional(),\n',
      '  waitingReason: z.string().optional(),\n  hungReason: z.string().optional(),\n',
    ],
  ),
  swap('nobody notes a turn', 'functions/generations/dispatch.ts', [
    'await Promise.all([dequeue(table, waiting), recordTurn(table, waiting.owner)])',
    'await dequeue(table, waiting)',
  ]),
  swap('a former site goes at once', 'runner/stages/publish.ts', [
    'const SUPERSEDED_MINUTES = 75',
    'const SUPERSEDED_MINUTES = 0',
  ]),
  swap('trouble of a service ends the generation', 'runner/attempt.ts', [
    '    if (isServiceTrouble(error)) throw error\n',
    '',
  ]),
]

export const mutants: readonly Mutant[] = [...guards, ...conditions, ...pairs, ...lines, ...moneyMutants]
