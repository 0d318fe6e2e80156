import { parseArgs } from 'node:util'
import { createLog } from '../../shared/log.ts'
import { visibleText } from '../../shared/visible-text.ts'
import { indexCode } from '../review/code-index.ts'
import { openKnownSecrets } from '../secrets/known-secrets.ts'
import { scanClone } from '../stages/scan-clone.ts'
import { evaluate } from './evaluate.ts'
import { openRepository } from './open-repository.ts'
import { readSite } from './read-site.ts'
import { countFaults, reportOf, summaryOf } from './report.ts'

const USAGE = `Judges a published site by the repository that it documents. Asks no model.

  npm run evaluate -- SITE --repository DIR [options]

  SITE              folder of the site: a download, unpacked, or what the demo writes with --out
  --repository DIR  the repository; its files are taken from the commit that the site documents
  --json            print everything as JSON
  --summary         print one line
  --help            show this help

Exit code: 0 without faults, 1 with faults, 2 if the site or the repository cannot be read.`

const options = {
  repository: { type: 'string' },
  json: { type: 'boolean', default: false },
  summary: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** Without faults, with faults, not evaluated. */
const EXIT = { sound: 0, faults: 1, failed: 2 }

try {
  process.exitCode = await main()
} catch (error) {
  console.error(visibleText(error instanceof Error ? error.message : String(error)))
  process.exitCode = EXIT.failed
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  if (values.help) console.log(USAGE)
  if (values.help) return EXIT.sound
  const [folder, ...more] = positionals
  if (folder === undefined || more.length > 0 || values.repository === undefined) throw new Error(USAGE)
  const site = await readSite(folder)
  await using repository = await openRepository(values.repository, site.commit)
  if (repository.note) console.error(visibleText(`Note: ${repository.note}.`))
  const secrets = openKnownSecrets()
  const log = createLog({ level: 'error', secrets: [] })
  await scanClone(repository.folder, secrets, { log, signal: new AbortController().signal, onStep: () => undefined })
  const code = await indexCode(repository.folder)
  const mask = async (text: string) => (await secrets.mask(text)).text
  const evaluation = await evaluate(site, { folder: repository.folder, code, mask })
  const print = values.json
    ? JSON.stringify(evaluation, null, 2)
    : values.summary
      ? summaryOf(evaluation)
      : reportOf(evaluation)
  console.log(print)
  return countFaults(evaluation) === 0 ? EXIT.sound : EXIT.faults
}
