import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { makeScratch } from '../../runner/ai/call/call-directory.ts'
import { commitFiles, gitIn, makeRepository, sampleFiles } from '../support/repository.ts'
import type { Attack, Cli, Tree, World } from './attack.ts'

export interface MadeWorld extends World, AsyncDisposable {
  /** Requests that the attacker's server has received. */
  contacts: string[]
  /** The folder that the runner works in. */
  workspace: string
  /** The parent of its calls' homes. */
  scratch: string
}

/** Everything that one run of an attack takes place in, below one folder that any user may pass through. */
export async function makeWorld(attack: Attack, cli: Cli, secret: string): Promise<MadeWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'docsfy-attack-'))
  await chmod(folder, 0o755)
  const [marks, outside, operator, repository, workspace] = [
    ...[join(folder, 'marks'), join(folder, 'outside', 'secret.txt'), join(folder, 'operator')],
    ...[join(folder, 'project'), join(folder, 'run')],
  ] as [string, string, string, string, string]
  await Promise.all([marks, dirname(outside), operator, workspace].map((path) => mkdir(path)))
  await chmod(marks, 0o777)
  await writeFile(outside, `${secret}\n`)
  await writeFile(join(dirname(outside), `${secret}.txt`), '')
  const scratch = await makeScratch(workspace)
  const attacker = await listen()
  const world: MadeWorld = {
    ...{ folder, marks, outside, operator, repository, workspace, scratch, secret },
    ...{ command: `touch ${marks}/command`, server: attacker.url, contacts: attacker.contacts, pid: process.pid },
    clone: join(workspace, 'clone-x', 'project'),
    [Symbol.asyncDispose]: async () => {
      await attacker.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
  await attack.prepare?.(world)
  for (const [path, content] of Object.entries(attack.operator?.(world) ?? {})) {
    await mkdir(dirname(join(operator, path)), { recursive: true })
    await writeFile(join(operator, path), content)
  }
  await fillRepository(repository, attack.repository?.(world, cli) ?? {})
  return world
}

async function fillRepository(repository: string, { files, links, git, folders }: Tree): Promise<void> {
  await makeRepository(repository, { ...sampleFiles, ...files })
  for (const [path, target] of Object.entries(links ?? {})) {
    await mkdir(dirname(join(repository, path)), { recursive: true })
    await symlink(target, join(repository, path))
  }
  if (links) await commitFiles(repository, {})
  for (const args of git ?? []) await gitIn(repository, ...args)
  if (folders) await addFolders(repository, folders)
}

/** Adds folders that `git add` would refuse, each with a file in it. */
async function addFolders(repository: string, names: readonly string[]): Promise<void> {
  const listing = await gitIn(repository, 'ls-tree', 'HEAD')
  const readme = /blob (\w+)\tREADME\.md/.exec(listing)?.[1] ?? ''
  const inner = await makeTree(repository, `100644 blob ${readme}\tconfig\n`)
  const tree = await makeTree(
    repository,
    `${listing}\n${names.map((name) => `040000 tree ${inner}\t${name}\n`).join('')}`,
  )
  await gitIn(repository, 'update-ref', 'HEAD', await gitIn(repository, 'commit-tree', '-m', 'folders', tree))
}

async function makeTree(repository: string, entries: string): Promise<string> {
  const running = promisify(execFile)('git', ['mktree'], { cwd: repository })
  running.child.stdin?.end(entries)
  return (await running).stdout.trim()
}

/** The attacker's server: it takes anything, and notes it. */
async function listen() {
  const contacts: string[] = []
  const server = createServer((request, response) => {
    contacts.push(`${request.method} ${request.url}`)
    request.resume()
    response.writeHead(404, { 'content-type': 'application/json' }).end('{}')
  })
  // A proxy for other servers is asked like this.
  server.on('connect', (request, socket) => {
    contacts.push(`CONNECT ${request.url}`)
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    contacts,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
