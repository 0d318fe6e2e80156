import { execFile } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startSampleService } from '../support/sample-service.ts'
import type { Call } from '../support/scripted-cli.ts'

/** The CLI's user, and one who has nothing to do with the service. */
const NOBODY = 65_534
const STRANGER = 65_533

const as = async (uid: number, program: string, ...args: string[]) =>
  await promisify(execFile)(program, args, { uid, gid: uid })

test.skipIf(process.getuid?.() !== 0)(
  'on one machine, too, the CLI may be a user of its own: it has its HOME and the clone, and no other user sees anything of them',
  async () => {
    const user = { AI_CLI_UID: String(NOBODY), AI_CLI_GID: String(NOBODY) }
    await using sample = await startSampleService({ slugs: ['one'], otherPages: 'wait-for-go' }, user)
    // The scripted CLI lies there, and notes its calls.
    await chmod(sample.folder, 0o777)
    const { generation_id } = (await sample.api.post('/api/generate', { repo_path: sample.repository })).json
    const { home, clone } = await callFor(sample, 'one')
    expect((await as(NOBODY, 'cat', join(home, 'kept-by-the-cli'))).stdout).toBe('private')
    expect((await as(NOBODY, 'ls', clone)).stdout).toContain('README.md')

    // Whoever knows the path of the HOME, from a command line: every folder from the data's own down to it.
    const { dataDir } = sample.service
    const folders = [dataDir, ...between(dataDir, home), ...between(dataDir, dirname(clone)), dirname(clone)]
    expect(folders.length).toBeGreaterThan(8)
    for (const folder of folders) await expect(as(STRANGER, 'ls', folder), folder).rejects.toThrow('Permission denied')
    for (const path of [home, join(home, 'kept-by-the-cli')])
      await expect(as(STRANGER, 'cat', path), path).rejects.toThrow('Permission denied')
    await expect(as(STRANGER, 'touch', join(home, 'forged'))).rejects.toThrow('Permission denied')
    await expect(as(STRANGER, 'touch', join(dirname(home), 'forged'))).rejects.toThrow('Permission denied')

    await sample.cli.go()
    expect(await sample.api.settled(generation_id)).toMatchObject({ status: 'ready', page_count: 1 })
    for (const folder of ['', '/dynamodb', '/sqs-s3', '/ecs', '/ecs/tasks'])
      await expect(as(NOBODY, 'ls', dataDir + folder)).rejects.toThrow('Permission denied')
    for (const file of ['/admin-key', '/dynamodb/CURRENT', '/sqs-s3/fauxqs.db'])
      await expect(as(NOBODY, 'cat', dataDir + file)).rejects.toThrow('Permission denied')
  },
)

async function callFor({ cli }: Awaited<ReturnType<typeof startSampleService>>, page: string) {
  const isIt = ({ what }: Call) => what === page
  const calls = await cli.untilCalls(`page ${page} to be asked for`, (all) => all.some(isIt))
  return calls.find(isIt) as Call
}

/** The folders above a path, up to but without `top`. */
const between = (top: string, path: string): string[] => {
  const above = dirname(path)
  return above === top ? [] : [above, ...between(top, above)]
}
