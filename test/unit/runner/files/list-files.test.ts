import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listFiles } from '../../../../runner/files/list-files.ts'
import { deepFolder } from '../../../support/deep-folder.ts'
import { temporaryFolder } from '../../../support/service-process.ts'

test('a path that is too long for the system hides no other file', async () => {
  await using folder = await temporaryFolder('files')
  const at = (...path: string[]) => join(folder.path, ...path)
  await mkdir(at('a/b'), { recursive: true })
  await mkdir(at('.git'))
  await mkdir(at('deep'))
  deepFolder(at('deep'))
  for (const path of ['a/b/c', 'z', '.git/config']) await writeFile(at(path), '')
  await symlink('/etc', at('link'))
  const found = (await listFiles(folder.path, at('.git'))).filter((path) => !path.startsWith(at('deep')))
  expect(found.toSorted()).toEqual([at('a/b/c'), at('z')])
})
