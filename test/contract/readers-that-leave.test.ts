import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { putObject } from '../../shared/aws/site-store.ts'
import { startGateways } from '../support/gateways.ts'
import { remote } from './target.ts'
import { makeVariant, variantOf } from './variant-makers.ts'

const MIB = 1024 * 1024
/** More than the S3 client has sockets: if each reader kept one, no later request would be served. */
const READERS = 60

test.skipIf(remote)(
  'readers who disconnect mid-download release their sockets, so later readers are served',
  async () => {
    await using gateways = await startGateways()
    const prefix = 'large/site/'
    await makeVariant(gateways.table, variantOf('admin', 'large'), { prefix })
    // More than all buffers along the way hold, so the service really waits for a reader who pauses.
    for (const name of ['a', 'b', 'c']) {
      await putObject(gateways.bucket, `${prefix}assets/${name}.bin`, randomBytes(4 * MIB), 'application/octet-stream')
    }
    const open = async (path: string): Promise<IncomingMessage> => {
      const headers = { Authorization: `Bearer ${gateways.adminKey}` }
      const [response] = await once(get(gateways.urls[0] + path, { agent: false, headers }), 'response')
      return response
    }
    const download = '/api/projects/name/claude/large/download'
    const file = '/docs/name/claude/large/assets/a.bin'

    for (const path of [download, file]) {
      for (let reader = 0; reader < READERS; reader++) {
        const response = await open(path)
        await once(response, 'data')
        response.destroy()
      }
      // Ten readers pause at the same time and then disconnect together.
      const paused = await Promise.all(Array.from({ length: 10 }, async () => (await open(path)).pause()))
      for (const response of paused) response.destroy()
    }

    expect((await buffer(await open(file))).length).toBe(4 * MIB)
    expect((await buffer(await open(download))).length).toBeGreaterThan(12 * MIB)
  },
)
