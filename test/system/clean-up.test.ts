import { execFileSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { gitIn } from '../support/repository.ts'
import { startSampleService } from '../support/sample-service.ts'
import { waitFor } from '../support/wait.ts'

/** Commits a file whose path has 4,049 bytes, which no checkout in a folder could hold by its whole path. */
async function commitLongPath(repository: string): Promise<void> {
  const makeTree = (input: string) =>
    execFileSync('git', ['mktree'], { cwd: repository, input, encoding: 'utf8' }).trim()
  const blob = await gitIn(repository, 'rev-parse', 'HEAD:README.md')
  let tree = makeTree(`100644 blob ${blob}\t${'f'.repeat(29)}\n`)
  for (let depth = 0; depth < 19; depth++) tree = makeTree(`040000 tree ${tree}\t${'d'.repeat(200)}\n`)
  const root = `${await gitIn(repository, 'ls-tree', 'HEAD')}\n040000 tree ${tree}\t${'d'.repeat(200)}\n`
  const commit = await gitIn(repository, 'commit-tree', '-m', 'long', makeTree(root))
  await gitIn(repository, 'update-ref', 'refs/heads/main', commit)
}

test('a path of 4,049 bytes in the repository is no obstacle, and nothing of the clone stays', async () => {
  await using sample = await startSampleService({ slugs: ['one'] })
  await commitLongPath(sample.repository)
  const { generation_id } = (await sample.api.post('/api/generate', { repo_path: sample.repository })).json
  expect(await sample.api.settled(generation_id)).toMatchObject({ status: 'ready', page_count: 1, attempt: 1 })
  const tasks = join(sample.service.dataDir, 'ecs/tasks')
  const left = async () => {
    const folders = (await readdir(tasks)).map((id) => join(tasks, id, 'tmp'))
    return (await Promise.all(folders.map(async (folder) => await readdir(folder).catch(() => [])))).flat()
  }
  expect(await waitFor('the workspace to be removed', left, ({ length }) => length === 0)).toEqual([])
})
