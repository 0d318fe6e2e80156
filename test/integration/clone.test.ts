import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { createMask } from '../../shared/mask.ts'
import { clone } from '../support/clone.ts'
import { serveGit } from '../support/git-http.ts'
import { FLUSH, packet } from '../support/git-packets.ts'
import { partsShown } from '../support/parts-of-secret.ts'
import { gitIn, makeRepository, sampleFiles } from '../support/repository.ts'
import { temporaryFolder } from '../support/service-process.ts'

test('every git command counts as a step', async () => {
  await using folder = await temporaryFolder('clone')
  const commit = await makeRepository(join(folder.path, 'adder'), sampleFiles)
  let steps = 0
  const cloned = await clone(folder.path, pathToFileURL(join(folder.path, 'adder')).href, { onStep: () => steps++ })
  expect(cloned).toMatchObject({ commit, ref: 'main' })
  expect(steps).toBe(8)
})

test('a few objects that expand to a hundred million files are rejected before checkout', async () => {
  await using folder = await temporaryFolder('bomb')
  const bomb = join(folder.path, 'bomb')
  await gitIn(folder.path, 'init', '-q', '-b', 'main', 'bomb')
  await writeFile(join(bomb, 'f'), '')
  let [type, id] = ['100644 blob', await gitIn(bomb, 'hash-object', '-w', 'f')]
  for (let depth = 0; depth < 8; depth++) {
    const input = Array.from({ length: 10 }, (_, index) => `${type} ${id}\t${index}\n`).join('')
    id = execFileSync('git', ['mktree'], { cwd: bomb, input, encoding: 'utf8' }).trim()
    type = '040000 tree'
  }
  await gitIn(bomb, 'update-ref', 'refs/heads/main', await gitIn(bomb, 'commit-tree', '-m', 'bomb', id))
  await expect(clone(folder.path, pathToFileURL(bomb).href)).rejects.toThrow(
    'The repository has too many files: at most 200,000 are allowed, folders included',
  )
  expect(await readdir(join(folder.path, 'clone'))).toEqual(['.git'])
})

test('a fetch that exceeds the size limit is stopped while it runs', async () => {
  await using folder = await temporaryFolder('large')
  const noise = randomBytes(3 * 1024 * 1024).toString('base64')
  await makeRepository(join(folder.path, 'large'), { noise })
  await gitIn(folder.path, 'clone', '-q', '--bare', 'large', 'halting/large.git')
  await using git = await serveGit(folder.path)
  const cloning = clone(folder.path, `${git.url}/halting/large`, { allowedPrivateHosts: [git.host] })
  await expect(cloning).rejects.toThrow('The repository is larger than the 1 MiB that MAX_CLONE_MIB allows')
})

test('a secret echoed by a server is masked before the message is truncated', async () => {
  await using folder = await temporaryFolder('said')
  const hidden = 'glpat-0123456789-abcdef'
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
    response.end(
      Buffer.concat([packet('# service=git-upload-pack\n'), FLUSH, packet(`ERR ${hidden}${'x'.repeat(490)}`)]),
    )
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const options = { allowedPrivateHosts: [host], mask: createMask([hidden]) }
  const error = await clone(folder.path, `http://${host}/g/r`, options).catch((error: Error) => error)
  server.close()
  expect(error).toMatchObject({ message: expect.stringContaining('git could not clone') })
  expect(partsShown(String(error), hidden)).toEqual([])
})

test('an ssh address is rejected before connecting, with the address to use instead', async () => {
  await using folder = await temporaryFolder('ssh')
  await expect(clone(folder.path, 'git@github.com:group/sub/project.git', { searchPath: '/nowhere' })).rejects.toThrow(
    "'git@github.com:group/sub/project.git' needs an SSH key, and docsfy has none for you. Use https://github.com/group/sub/project.git",
  )
})

test('a killed git is not reported as missing', async () => {
  await using folder = await temporaryFolder('killed')
  await mkdir(join(folder.path, 'bin'))
  await writeFile(join(folder.path, 'bin/git'), '#!/bin/sh\nkill -9 $$\n')
  await chmod(join(folder.path, 'bin/git'), 0o755)
  const url = pathToFileURL(folder.path).href
  await expect(clone(folder.path, url, { searchPath: join(folder.path, 'bin') })).rejects.toThrow(
    `git could not clone '${url}': git was killed by SIGKILL; the task may have run out of memory.`,
  )
  await expect(clone(folder.path, url, { searchPath: '/nowhere' })).rejects.toThrow(
    /git was not found\. Install git \(2\.37/,
  )
})
