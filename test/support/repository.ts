import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const identity = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
}

export const gitIn = async (folder: string, ...args: string[]): Promise<string> =>
  (await run('git', args, { cwd: folder, env: { ...process.env, ...identity } })).stdout.trim()

/** A git repository with these files in one commit. */
export async function makeRepository(folder: string, files: Record<string, string>, branch = 'main'): Promise<string> {
  await mkdir(folder, { recursive: true })
  await gitIn(folder, 'init', '-q', '-b', branch)
  return await commitFiles(folder, files)
}

/** Writes files and commits them. Gives the commit. */
export async function commitFiles(folder: string, files: Record<string, string>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  await gitIn(folder, 'add', '-A')
  await gitIn(folder, 'commit', '-q', '-m', 'files')
  return await gitIn(folder, 'rev-parse', 'HEAD')
}

/** A small library, with enough in it for a site. */
export const sampleFiles: Record<string, string> = {
  'README.md':
    '# Adder\n\nAdds numbers.\n\n## Install\n\n```sh\nnpm install adder\n```\n\n## Usage\n\nCall `add(1, 2)`.\n',
  'package.json': `${JSON.stringify({ name: 'adder', version: '1.2.3', description: 'Adds numbers', main: 'src/add.js', scripts: { test: 'node --test' } }, null, 2)}\n`,
  'src/add.js': '/** Adds two numbers. */\nexport function add(a, b) {\n  return a + b\n}\n',
  'src/sum.ts':
    "import { add } from './add.js'\n\n/** The sum of many. */\nexport const sum = (...numbers: number[]): number => numbers.reduce(add, 0)\n\nexport const verbose = process.env.ADDER_VERBOSE === '1'\n",
  'test/add.test.js': "import { test } from 'node:test'\n\ntest('adds', () => {})\n",
}
