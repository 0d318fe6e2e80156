import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { clone } from '../support/clone.ts'
import { gitIn, makeRepository, sampleFiles } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'

test.each([
  ['https://github.com/acme/adder.git', 'https://github.com/acme/adder.git'],
  ['https://user:secret@github.com/acme/adder', 'https://github.com/acme/adder'],
  ['git@gitlab.com:acme/tools/adder.git', 'https://gitlab.com/acme/tools/adder.git'],
  ['ssh://git@codeberg.org/acme/adder.git', 'https://codeberg.org/acme/adder.git'],
  ['git@ssh.dev.azure.com:v3/acme/mail/adder', 'https://dev.azure.com/acme/mail/_git/adder'],
  ['/srv/git/adder.git', undefined],
  ['../other', undefined],
])('the sources of a folder with the origin %s are those at %s, if its commit was pushed', async (origin, known) => {
  await using folder = await temporaryFolder('origin')
  const repository = join(folder.path, 'adder')
  const commit = await makeRepository(repository, sampleFiles)
  const at = async (name: string) => (await clone(join(folder.path, name), pathToFileURL(repository).href)).origin
  expect(await at('none')).toBeUndefined()
  await gitIn(repository, 'remote', 'add', 'origin', origin)
  expect(await at('unpushed')).toBeUndefined()
  await gitIn(repository, 'update-ref', 'refs/remotes/origin/main', commit)
  expect(await at('pushed')).toBe(known)
  await gitIn(repository, '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-q', '--allow-empty', '-m', 'later')
  expect(await at('later')).toBeUndefined()
})
