import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import pLimit from 'p-limit'
import type { Mutant } from './mutant.ts'
import { mutants } from './mutants.ts'
import { formatReport, type Verdict } from './mutation-report.ts'

/** `npm run mutate [words]` tries every mutant, or those whose name contains `words`, and writes docs/mutations.md. */
const HISTORIES = 1_000
/** … or for mutants that the lifecycle table's test has already caught. */
const WITH_TABLE = 200
const here = import.meta.dirname
const [words = ''] = process.argv.slice(2)
const chosen = mutants.filter(({ name }) => name.includes(words))
const limit = pLimit(availableParallelism())
const verdicts = await Promise.all(chosen.map((mutant) => limit(async () => await judge(mutant))))
if (words === '')
  await writeFile(
    `${here}/../../docs/mutations.md`,
    formatReport(verdicts, { histories: HISTORIES, withTable: WITH_TABLE }),
  )

async function judge({ name, file }: Mutant): Promise<Verdict> {
  const args = ['--import', `${here}/mutant-loader.ts`, `${here}/try-mutant.ts`, String(WITH_TABLE), String(HISTORIES)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, MUTANT: name } })
  const verdict = { name, file, ...(JSON.parse(stdout) as { table?: string; history?: string }) }
  console.log(`${verdict.history ?? verdict.table ?? 'SURVIVED'} ← ${name}`)
  return verdict
}
