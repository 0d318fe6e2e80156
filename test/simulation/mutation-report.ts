/** The result for one mutant. */
export interface Verdict {
  name: string
  file: string
  /** The first error of the lifecycle table's test. */
  table?: string
  /** The first history that violated an invariant. */
  history?: string
}

const byArn =
  'Implied by `my-claim`: a task has one attempt, and its ARN is cleared with that attempt. Kept, so that the fence does not depend on it.'
const byToken =
  'The client token allows one task per attempt; a second could exist only an hour after the first has ended. Kept for that case.'
const launchedBefore =
  'Every writer has seen or made the launch of this attempt, and only the next attempt clears it. Kept: the table should not depend on its writers.'
const readBefore =
  'Every writer has just read it, and it does not change back within a generation. Kept for the same reason.'
const bySweeper =
  'After a crash in between, the sweeper enqueues the generation within a minute. The order saves that minute.'
const seldom = 'It takes two coincidences at once, too rare for these histories. An invariant would catch it.'

/** Why histories do not catch a mutant reliably: for mutants that only the table's test catches, and for survivors. */
const reasons: Record<string, string> = {
  "reserve without 'idle'":
    'Implied by `unchanged`: an ended generation never becomes active again, and a request that finds an active one does not try. Kept, because it states the promise itself.',
  "launch without 'generating'": 'Implied: a generation that has ended was launched, or an abort was requested.',
  "recordTask without 'launched'": launchedBefore,
  "refuse without 'launched'": launchedBefore,
  "claim without 'launched'": launchedBefore,
  "resume without 'launched'": launchedBefore,
  "refuse without 'unclaimed'":
    'ECS has reported that it started no task, so none can have claimed. Kept in case it did.',
  "refuse without 'generating'": seldom,
  "refuse without 'my-generation'": seldom,
  "refuse without 'no-abort'": seldom,
  "fail without 'my-generation'": seldom,
  "fail without 'no-abort'": seldom,
  "claim without 'claimable'": byToken,
  "progress without 'my-claim'": byToken,
  "publish without 'my-claim'": byToken,
  "upToDate without 'my-claim'": byToken,
  "progress without 'my-generation'": byArn,
  "progress without 'my-attempt'": byArn,
  "publish without 'my-generation'": byArn,
  "publish without 'my-attempt'": byArn,
  "upToDate without 'my-generation'": byArn,
  "upToDate without 'my-attempt'": byArn,
  "confirmAbort without 'my-generation'": 'Implied by `abort-asked`, unless the next generation is being aborted too.',
  "confirmAbort without 'abort-asked'": readBefore,
  "remove without 'idle'": readBefore,
  "recordTask without 'my-generation'": seldom,
  "upToDate without 'no-abort'": seldom,
  "resume without 'generating'": seldom,
  "remove without 'my-generation'": seldom,
  "observe without 'my-attempt'": seldom,
  'an ending attempt does not write its last costs':
    'The write that ends a generation carries them anyway. Only the unwritten costs of a task ended by its host are lost: they are unknown, as after a kill, and covered by the reservation.',
  'claimable: only if unclaimed':
    'A runner whose claim was written but whose reply was lost exits, and the next attempt takes over: one attempt is lost, and nothing else.',
  'a stray queue entry is dropped at once':
    'The record of such a request appears a moment later, and the sweeper enqueues it again within a minute.',
  'absent: over any tombstone': seldom,
  'a late report frees the slot of a later attempt':
    'It takes a hung task, a sweeper that dies before its StopTask, and a late report: one history in 50,000. `test/unit/functions/generations/settle-stopped-task.test.ts` catches it.',
  'the sweeper ignores new heartbeats':
    'It stops healthy tasks, which costs attempts but violates no invariant. `test/unit/functions/generations/sweep.test.ts` catches it.',
  'takeOverSlot: regardless of the holder':
    'It takes two dispatches that take over the same slot at once, and a failed launch by the slower one: one history in several thousand, caught by "was launched but holds no slot".',
  'takeSlot: a repeat after a lost reply fails':
    'It costs a slot for a while, but no work: the dispatch takes the next slot, and the sweeper frees the lost one.',
  'generate: reserve, then enqueue': bySweeper,
  'generate: ring, then reserve':
    'A ring that comes too early finds an empty queue, and the sweeper rings within a minute. The order saves that minute.',
  'dispatch: dequeue, then start': bySweeper,
  'settle: resume, then enqueue': bySweeper,
  'cleanup: read the record, then list the objects':
    'It takes a whole generation between two calls of one cleanup. The invariants "was deleted while readers may request it" and "was paid for and deleted" would catch it.',
  'an abort is confirmed while ECS does not show the claimed task':
    'ECS would have to lose sight of a claimed task within seconds of its abort. The runner stops at its next write anyway.',
  'a refused delete schedules the cleanup of the whole variant':
    'A cleanup never deletes what the record needs. Readers of a superseded site could lose some minutes if a publication, a refused deletion and a sweep coincide.',
  'a losing dispatch frees a slot that was held before':
    'It takes two dispatches that take over the same slot at once, one right after the other: the queue hands out one ring at a time.',
  'a dispatch that may not start frees a slot that was held before':
    "It takes a second dispatch between the first one's slot and its launch, while starts are stopped. `test/unit/functions/generations/dispatch.test.ts` catches it.",
  'a task that ECS does not show yet counts as ended':
    'It takes a sweep in the seconds in which ECS does not show a new task. The next attempt fences that task: one start is lost, and nothing else.',
  'a task started after an abort is not stopped':
    "The task's claim fails, and it ends by itself. Stopping it only saves its start.",
}

/** Formats the report as a documentation page. */
export function formatReport(
  verdicts: readonly Verdict[],
  { histories, withTable }: { histories: number; withTable: number },
): string {
  const killedByHistory = verdicts.filter(({ history }) => history !== undefined)
  const killedByTable = verdicts.filter(({ history, table }) => history === undefined && table !== undefined)
  const rarely = `Not in ${withTable} histories.`
  const survivors = verdicts.filter(({ history, table }) => history === undefined && table === undefined)
  return `${[
    '# Mutations',
    'Written by `npm run mutate`. Each row is a deliberate mistake in the code: a guard dropped from the lifecycle table, a condition',
    'weakened, a write swapped with the action it records, or a line removed that closes a race. It is caught by the first of',
    `${histories} histories of the simulation that violates an invariant (of ${withTable} if the table's test has already caught it), or by`,
    'the test of the lifecycle table, which tries every row with every single property that forbids it.',
    '',
    `${verdicts.length} mutants: ${killedByHistory.length} caught by a history, ${killedByTable.length} by the table's test only, ${survivors.length} survived.`,
    '',
    '## Caught by a history',
    '',
    '| Mistake | Caught by | Table test |',
    '|---|---|---|',
    ...killedByHistory.map(({ name, history, table }) => `| ${name} | ${cell(history)} | ${cell(table)} |`),
    '',
    "## Caught by the table's test only",
    '',
    '| Mistake | Caught by | Why no history catches it |',
    '|---|---|---|',
    ...killedByTable.map(({ name, table }) => `| ${name} | ${cell(table)} | ${reasons[name] ?? rarely} |`),
    '',
    '## Survived',
    '',
    '| Mistake | Why it does no harm |',
    '|---|---|',
    ...survivors.map(({ name }) => `| ${name} | ${reasons[name] ?? ''} |`),
  ].join('\n')}\n`
}

/** Errors can be long and have many lines. */
const cell = (text = ''): string =>
  text
    .slice(0, 400)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}/g, '…')
    .replaceAll('|', '\\|')
