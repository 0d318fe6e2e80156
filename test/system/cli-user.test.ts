import { execFile } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startSampleService } from '../support/sample-service.ts'

const NOBODY = 65_534

test.skipIf(process.getuid?.() !== 0)(
  'on one machine, too, the CLI may be a user of its own, and nobody but the owner sees what the service keeps',
  async () => {
    const user = { AI_CLI_UID: String(NOBODY), AI_CLI_GID: String(NOBODY) }
    await using sample = await startSampleService({ slugs: ['one'] }, user)
    // The scripted CLI lies there, and notes its calls.
    await chmod(sample.folder, 0o777)
    const { generation_id } = (await sample.api.post('/api/generate', { repo_path: sample.repository })).json
    expect(await sample.api.settled(generation_id)).toMatchObject({ status: 'ready', page_count: 1 })
    const { dataDir } = sample.service
    const as = { uid: NOBODY, gid: NOBODY }
    for (const folder of ['', '/dynamodb', '/sqs-s3', '/ecs', '/ecs/tasks'])
      await expect(promisify(execFile)('ls', [dataDir + folder], as)).rejects.toThrow('Permission denied')
    for (const file of ['/admin-key', '/dynamodb/CURRENT', '/sqs-s3/fauxqs.db'])
      await expect(promisify(execFile)('cat', [dataDir + file], as)).rejects.toThrow('Permission denied')
  },
)
