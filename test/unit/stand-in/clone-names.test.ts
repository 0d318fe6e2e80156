import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderName, remoteName } from '../../../stand-in/clone/clone-names.ts'
import { temporaryFolder } from '../../support/service-process.ts'

const commit = '0123456789abcdef0123456789abcdef01234567'

test.each([
  ['a clone', 'config', '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://host/owner/adder.git\n'],
  ['a clone over ssh', 'config', '[remote "origin"]\n\turl = git@host:adder\n'],
  ['a fetched branch', 'FETCH_HEAD', `${commit}\t\tbranch 'a/b' of https://host:8443/owner/adder\n`],
  ['a fetched commit', 'FETCH_HEAD', `${commit}\tnot-for-merge\t'${commit}' of https://host/o/adder/\n`],
  ['a fetched default branch', 'FETCH_HEAD', `${commit}\t\tfile:///home/me/of%20mine/adder\n`],
])('the name is the last part of the address: %s', async (_, file, content) => {
  await using folder = await temporaryFolder('names')
  await mkdir(join(folder.path, '.git'))
  await writeFile(join(folder.path, '.git', file), content)
  expect(remoteName(folder.path)).toBe('adder')
})

test("a folder without an address has no remote name, and a folder called clone doesn't name the project", async () => {
  await using folder = await temporaryFolder('names')
  expect(remoteName(folder.path)).toBeUndefined()
  expect(folderName('/home/ann/clone')).toBeUndefined()
  expect(folderName('/home/ann/adder/')).toBe('adder')
})
