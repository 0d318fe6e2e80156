/** What became of one mutant. */
export interface Verdict {
  name: string
  file: string
  /** What the lifecycle's own test said. */
  table?: string
  /** The first history in which an invariant did not hold. */
  history?: string
}

const byArn =
  'Implied by `my-claim`: a task has one attempt, and its ARN leaves the record with that attempt. Kept, so that the fence does not hang on it.'
const byToken =
  'An attempt has one task, by its client token; a second one could exist only an hour after the first has ended. Kept for that day.'
const launchedBefore =
  'Whoever writes this has seen or made the launch of this attempt, and only the next attempt takes it back. Kept: the table should be right whoever writes.'
const readBefore =
  'Whoever writes this has just read it, and it does not change back within a generation. Kept for the same reason.'
const bySweeper =
  'After a death in between the sweeper writes the note itself, within a minute. The order saves that minute.'
const seldom =
  'It takes two coincidences at once, too seldom for these histories; the invariant that would tell is there.'

/** Why no history can tell, or no longer than by chance: for mistakes that only the table's test notices, and for survivors. */
const reasons: Record<string, string> = {
  "reserve without 'idle'":
    'Implied by `unchanged`: an ended generation never becomes active again, and a request that finds an active one does not try. Kept: it is the promise itself.',
  "launch without 'generating'": 'Implied: a generation that has ended was launched, or its abort was asked for.',
  "recordTask without 'launched'": launchedBefore,
  "refuse without 'launched'": launchedBefore,
  "claim without 'launched'": launchedBefore,
  "resume without 'launched'": launchedBefore,
  "refuse without 'unclaimed'": 'ECS has said that it started no task: nobody can have claimed. Kept in case it did.',
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
  'an attempt that ends leaves its last costs unwritten':
    'The write that ends a generation carries them all the same. What is lost is what a task that the host ended has not written yet: its cost is unknown, as after a kill, and the reservation stands for it.',
  'claimable: only by nobody':
    'A runner whose claim was written and whose reply was lost gives up, and the next attempt takes over: one attempt less, and nothing wrong.',
  'a stray note is dropped at once':
    'The record of such a request comes a moment later, and the sweeper writes its note again within a minute.',
  'absent: over any tombstone': seldom,
  'a late report frees the slot of a later attempt':
    'It takes a hung task, a sweeper that dies before its StopTask, and a report that was late: one history in 50,000. `test/unit/functions/generations/settle-stopped-task.test.ts` notices it.',
  'the sweeper trusts what it saw before':
    'It stops tasks that are well, which costs attempts and breaks no invariant. `test/unit/functions/generations/sweep.test.ts` notices it.',
  'a slot taken over: by whomever it is held':
    'It takes two dispatches that take over one slot at once, and a launch of the slower one that fails: one history in some thousands, in which "was launched and holds no slot" tells.',
  'a slot taken: not mine when the reply was lost':
    'It costs a slot for a while, and no work: the dispatch goes on to the next number, and the sweeper frees the one that nobody knows of.',
  'generate: reserve, then the note in the waiting room': bySweeper,
  'generate: ring, then reserve':
    'A ring that comes too early finds nobody waiting, and the sweeper rings within a minute. The order saves that minute.',
  'dispatch: leave the waiting room, then start': bySweeper,
  'settle: resume, then the note in the waiting room': bySweeper,
  'cleanup: the record, then the list':
    'It takes a whole generation between two calls of one cleanup; the invariants that would tell ("was deleted under its readers", "was paid for and deleted") are there.',
  'an abort is confirmed while a claimed task is only not seen':
    'It takes ECS to lose sight of a claimed task within the seconds of its abort. The runner yields at its next write all the same.',
  'a delete that is refused has noted the whole variant':
    'A note is only a reason to look: what the record needs stays. Readers of a superseded site could lose some of their minutes, if a publication, a deletion that is refused and a sweep come together.',
  'an abort that overtook RunTask leaves the task alone':
    "The task's claim fails, and it ends by itself. Stopping it saves its start.",
}

/** The report as a page of the documentation. */
export function formatReport(
  verdicts: readonly Verdict[],
  { histories, withTable }: { histories: number; withTable: number },
): string {
  const killedByHistory = verdicts.filter(({ history }) => history !== undefined)
  const killedByTable = verdicts.filter(({ history, table }) => history === undefined && table !== undefined)
  const survivors = verdicts.filter(({ history, table }) => history === undefined && table === undefined)
  return `${[
    '# Mutations',
    'Written by `npm run mutate`. Each line is one mistake, made mechanically in the code: a guard dropped from a row of the lifecycle',
    'table, a condition weakened, a record and its act swapped, a line left out that closes a race. What noticed it is the first',
    `of ${histories} histories of the simulation in which an invariant did not hold (of ${withTable} where the table's test had noticed it already), and`,
    'the test of the lifecycle table, which tries every row against every single thing that forbids it.',
    '',
    `${verdicts.length} mutants: ${killedByHistory.length} noticed by a history, ${killedByTable.length} by the table's test only, ${survivors.length} survived.`,
    '',
    '## Noticed by a history',
    '',
    '| Mistake | Noticed by | Table test |',
    '|---|---|---|',
    ...killedByHistory.map(({ name, history, table }) => `| ${name} | ${cell(history)} | ${cell(table)} |`),
    '',
    "## Noticed by the table's test only",
    '',
    '| Mistake | Noticed by | Why no history tells |',
    '|---|---|---|',
    ...killedByTable.map(({ name, table }) => `| ${name} | ${cell(table)} | ${reasons[name] ?? ''} |`),
    '',
    '## Survived',
    '',
    '| Mistake | Why that is no harm |',
    '|---|---|',
    ...survivors.map(({ name }) => `| ${name} | ${reasons[name] ?? ''} |`),
  ].join('\n')}\n`
}

const cell = (text: string | undefined): string =>
  (text ?? '').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}/g, '…').replaceAll('|', '\\|')
