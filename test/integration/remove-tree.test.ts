import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removeTree } from '../../shared/remove-tree.ts'
import { deepFolder } from '../support/deep-folder.ts'
import { temporaryFolder } from '../support/service-process.ts'

test('a folder with a path that is too long for the system is removed', async () => {
  await using folder = await temporaryFolder('deep')
  const top = join(folder.path, 'top')
  await mkdir(top)
  deepFolder(top)
  await expect(rm(top, { recursive: true })).rejects.toThrow('ENAMETOOLONG')
  await removeTree(top)
  expect(await readdir(folder.path)).toEqual([])
})

test('neither read-only folders, nor links, nor names that are not text are in the way, and links are not followed', async () => {
  await using folder = await temporaryFolder('odd')
  const [top, kept] = [join(folder.path, 'top'), join(folder.path, 'kept')]
  await mkdir(join(top, 'a/b'), { recursive: true })
  await mkdir(kept)
  await writeFile(join(kept, 'file'), '')
  await symlink(kept, join(top, 'a/link'))
  deepFolder(join(top, 'a/b'))
  execFileSync('sh', ['-c', `mkdir -p "$(printf '\\377')/x" && touch "$(printf '\\377')/x/y"`], { cwd: top })
  await chmod(join(top, 'a/b'), 0o500)
  await chmod(join(top, 'a'), 0o500)
  await removeTree(top)
  expect(existsSync(top)).toBe(false)
  expect(await readdir(kept)).toEqual(['file'])
})

test('a folder that is not there is no failure', async () => {
  await expect(removeTree('/tmp/there-is-no-such-folder')).resolves.toBeUndefined()
})
