/** What became of one mutant. */
export interface Verdict {
  name: string
  file: string
  /** What the lifecycle's own test said. */
  table?: string
  /** The first history in which an invariant did not hold. */
  history?: string
}

/** Why no history can tell, mutant by mutant; each of these is noticed by the lifecycle's own test, or changes nothing that matters. */
const arguments_: Record<string, string> = {}

/** The report as a page of the documentation. */
export function formatReport(verdicts: readonly Verdict[], histories: number): string {
  const killedByHistory = verdicts.filter(({ history }) => history !== undefined)
  const killedByTable = verdicts.filter(({ history, table }) => history === undefined && table !== undefined)
  const survivors = verdicts.filter(({ history, table }) => history === undefined && table === undefined)
  return `${[
    '# Mutations',
    'Written by `npm run mutate`. Each line is one mistake, made mechanically in the code: a guard dropped from a row of the lifecycle',
    'table, a condition weakened, a record and its act swapped, a line left out that closes a race. What noticed it is the first',
    `of ${histories} histories of the simulation in which an invariant did not hold (replay it with the mistake made), and the test of the`,
    'lifecycle table, which tries every row against every single thing that forbids it.',
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
    ...killedByTable.map(({ name, table }) => `| ${name} | ${cell(table)} | ${arguments_[name] ?? ''} |`),
    '',
    '## Survived',
    '',
    '| Mistake | Why that is no harm |',
    '|---|---|',
    ...survivors.map(({ name }) => `| ${name} | ${arguments_[name] ?? ''} |`),
  ].join('\n')}\n`
}

const cell = (text: string | undefined): string =>
  (text ?? '').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}/g, '…').replaceAll('|', '\\|')
