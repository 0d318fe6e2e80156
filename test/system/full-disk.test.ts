import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { makeRepository, sampleFiles } from '../support/repository.ts'
import { writeScriptedCli } from '../support/scripted-cli.ts'
import { startServiceProcess, temporaryFolder } from '../support/service-process.ts'

const mount = (folder: string, size: string) =>
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' })
const unmount = (folder: string) => execFileSync('umount', ['-l', folder], { stdio: 'ignore' })

async function mountSmallDisk(folder: string): Promise<AsyncDisposable> {
  await mkdir(folder, { recursive: true })
  mount(folder, '4m')
  return { [Symbol.asyncDispose]: async () => void unmount(folder) }
}

/** Only root may mount a small disk, and not in every container. */
async function canMount(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'docsfy-mount-'))
  try {
    mount(folder, '1m')
    unmount(folder)
    return true
  } catch {
    return false
  } finally {
    await rm(folder, { recursive: true })
  }
}

test.skipIf(!(await canMount()))(
  'a disk that is too small for the clone ends in an error that says what to do; a smaller repository is fine',
  async () => {
    await using folder = await temporaryFolder('disk')
    const data = join(folder.path, 'data')
    await using _disk = await mountSmallDisk(join(data, 'ecs/tasks'))
    await makeRepository(join(folder.path, 'large'), {
      ...sampleFiles,
      'noise.txt': randomBytes(6_000_000).toString('hex'),
    })
    await makeRepository(join(folder.path, 'adder'), sampleFiles)
    const cli = await writeScriptedCli(folder.path, { slugs: ['one'] })
    const service = await startServiceProcess(data, {
      AI_CLI_CLAUDE: cli.path,
      ANTHROPIC_API_KEY: 'k',
    })
    try {
      const api = apiOf(service)
      const large = (await api.post('/api/generate', { repo_path: join(folder.path, 'large') })).json
      expect(await api.settled(large.generation_id)).toMatchObject({
        status: 'error',
        attempt: 1,
        error_message: expect.stringMatching(/^The task's disk is full: .+, and ask again\.$/),
      })
      expect(await cli.calls()).toEqual([])
      const small = (await api.post('/api/generate', { repo_path: join(folder.path, 'adder') })).json
      expect(await api.settled(small.generation_id)).toMatchObject({ status: 'ready', page_count: 1 })
    } finally {
      await service.stop()
    }
  },
)
