import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { limitClone } from '../../runner/steering/limit-clone.ts'
import { temporaryFolder } from '../support/service-process.ts'

async function makeFiles(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), '')
  }
}

test('files and folders that the settings leave out are gone from the clone, and nothing outside it is touched', async () => {
  await using folder = await temporaryFolder('limit-clone')
  await makeFiles(folder.path, [
    'clone/src/a.ts',
    'clone/src/a.test.ts',
    'clone/docs/deep/b.md',
    'clone/c.md',
    'outside/d.ts',
  ])
  await symlink('../outside', join(folder.path, 'clone/link'))
  await limitClone(join(folder.path, 'clone'), { include: ['src'], exclude: ['**/*.test.ts'] }, () => undefined)
  expect((await readdir(folder.path, { recursive: true })).toSorted()).toEqual(
    ['clone', 'clone/src', 'clone/src/a.ts', 'outside', 'outside/d.ts'].toSorted(),
  )
})

test('without limits nothing is taken out', async () => {
  await using folder = await temporaryFolder('unlimited-clone')
  await makeFiles(folder.path, ['a.ts', 'b/c.ts'])
  await limitClone(folder.path, { title: 'Courier' }, () => undefined)
  expect((await readdir(folder.path, { recursive: true })).toSorted()).toEqual(['a.ts', 'b', 'b/c.ts'])
})
