import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { gitLimits } from '../../runner/ai/call/git-limits.ts'
import { commitFiles, makeRepository } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'

test('a git that a CLI starts finds no repository above the clone or in it, and runs nothing that one names', async () => {
  await using folder = await temporaryFolder('git-limits')
  // As when the service's data is in a checkout.
  await makeRepository(folder.path, { 'README.md': 'Hi' })
  const [clone, mark] = [join(folder.path, 'run', 'adder'), join(folder.path, 'mark')]
  await mkdir(clone, { recursive: true })
  const settings = `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ..\n\tfsmonitor = "touch ${mark}; false"\n`
  await commitFiles(clone, {
    ...{ 'bare/HEAD': 'ref: refs/heads/main\n', 'bare/config': settings },
    ...{ 'bare/objects/file': '', 'bare/refs/file': '', 'src/add.js': 'add' },
  })
  const { PATH } = process.env
  const git = async (cwd: string, env: Record<string, string>, ...args: string[]) =>
    await promisify(execFile)('git', args, { cwd: join(clone, cwd), env: { PATH, HOME: folder.path, ...env } })

  const limits = gitLimits(clone)
  for (const cwd of ['', 'src', 'bare'])
    await expect(git(cwd, limits, 'status'), cwd).rejects.toThrow(/not a git repository|safe\.bareRepository/)
  await expect(git('', limits, 'ls-remote', `ext::touch ${mark}`)).rejects.toThrow("transport 'ext' not allowed")
  await expect(git('', limits, 'ls-remote', 'https://127.0.0.1:1/a')).rejects.toThrow("transport 'https' not allowed")
  expect(existsSync(mark)).toBe(false)

  // Without the limits git finds both, and runs the program.
  expect((await git('src', {}, 'rev-parse', '--show-toplevel')).stdout.trim()).toBe(folder.path)
  await git('bare', {}, 'status')
  expect(existsSync(mark)).toBe(true)
})
