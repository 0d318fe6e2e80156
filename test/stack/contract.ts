import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { root } from '../support/service-process.ts'

const decodes =
  'It decodes the path and encodes it again, before it looks for the route and in the event. API Gateway hands over the path as it was sent.'

const elsewhere = 'It does not unpack functions into /var/task, as Lambda does, where the bundle has the dashboard.'

/** Tests of the contract that fail against MiniStack, each with what MiniStack does differently from AWS. */
export const exceptions: Record<string, string> = {
  'a variant can be aborted by its short or long path, and its record then says aborted': decodes,
  'names with any characters work with every endpoint and come back unchanged': decodes,
  'fixed segments of a path do not match if they are percent-encoded': decodes,
  'an unknown path /api/projects/%ff/claude/m is malformed and gets 400': decodes,
  'an unknown path /api/projects/a/claude/m%c3%28 is malformed and gets 400': decodes,
  'a site redirects to the path with a trailing slash and keeps the query': decodes,
  'a site remembers its owner in a cookie that applies to this site only': decodes,
  'a site redirects browsers to the login page, and answers other clients with 401': decodes,
  'the dashboard is revalidated each time, and its policy allows only its own files': elsewhere,
  'its files are public, compressed and kept for good; others do not exist': elsewhere,
}

export interface Outcome {
  passed: number
  skipped: number
  /** Full names. */
  failed: string[]
  /** What the run printed. */
  output: string
}

/** Runs the contract suite against a service, as operators do against a deployment. */
export async function runContract(folder: string, env: Record<string, string>): Promise<Outcome> {
  const file = join(folder, 'contract.json')
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'test/vitest.config.ts']
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const { all } = await execa(process.execPath, [...vitest, '--project', 'docsfy', ...reporters, 'test/contract'], {
    cwd: root,
    env,
    all: true,
    stdout: ['pipe', { file: join(folder, 'contract.txt') }],
    reject: false,
  })
  const { testResults, numPassedTests: passed, numPendingTests: skipped } = JSON.parse(await readFile(file, 'utf8'))
  const tests: Assertion[] = testResults.flatMap(
    ({ assertionResults }: { assertionResults: Assertion[] }) => assertionResults,
  )
  const failed = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)
  return { passed, skipped, failed, output: all }
}

interface Assertion {
  fullName: string
  status: string
}
