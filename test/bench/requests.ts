import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { openTable } from '../../shared/aws/clients.ts'
import { readRecords } from '../../shared/aws/records.ts'
import { itemKeys, SHARDS, tableSchema } from '../../shared/aws/table.ts'
import { provideEnv } from '../../shared/env.ts'
import { DEFAULT_BRANCH_KEY, variantKey } from '../../shared/variant.ts'
import { startStoresProcess } from '../support/machine.ts'
import { startSampleService } from '../support/sample-service.ts'
import { temporaryFolder } from '../support/service-process.ts'
import { envOf } from '../support/test-stores.ts'
import { compare } from './compare.ts'

const VARIANTS = 20

/** An admin's `GET /api/status`, against a server that only asks the table for the same records and sends them. */
export async function statusPage() {
  await using bench = await startBench()
  const { table } = bench
  const { partitionKey } = tableSchema.indexes.byChange
  const entriesOf = async (shard: number) => {
    const query = new QueryCommand({
      TableName: table.name,
      IndexName: 'byChange',
      KeyConditionExpression: '#shard = :shard',
      ExpressionAttributeNames: { '#shard': partitionKey },
      ExpressionAttributeValues: { ':shard': String(shard) },
    })
    return (await table.client.send(query)).Items ?? []
  }
  const floor = await serve(async () => {
    const entries = (await Promise.all(Array.from({ length: SHARDS }, (_, shard) => entriesOf(shard)))).flat()
    const records = [
      ...(
        await readRecords(
          table,
          entries.map(({ pk }) => pk.slice('VARIANT#'.length)),
        )
      ).values(),
    ]
    if (records.length !== VARIANTS) throw new Error('The floor does not read what docsfy reads')
    return records
  })
  const times = await compare(
    async () => await bench.api.get('/api/status'),
    async () => await (await fetch(floor.url)).json(),
    200,
  )
  await floor.close()
  return { what: 'GET /api/status, 20 variants', floorIs: 'the same queries of the table behind node:http', ...times }
}

/** A `POST /api/generate` that is refused with 409, against a server that only tries a conditional write. */
export async function refusedGenerate() {
  await using bench = await startBench()
  const { table } = bench
  const floor = await serve(async () => {
    const write = new UpdateCommand({
      TableName: table.name,
      Key: itemKeys.variant(bench.busyKey),
      UpdateExpression: 'SET touched = :now',
      ConditionExpression: '#status <> :generating',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':now': 1, ':generating': 'generating' },
    })
    return await table.client.send(write).catch((error) => {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      return { detail: 'refused' }
    })
  })
  const times = await compare(
    async () => {
      const { status } = await bench.api.post('/api/generate', bench.busy)
      if (status !== 409) throw new Error(`409 was expected, not ${status}`)
    },
    async () => await (await fetch(floor.url, { method: 'POST', body: JSON.stringify(bench.busy) })).json(),
    200,
  )
  await floor.close()
  return { what: 'POST /api/generate that is refused', floorIs: 'one conditional write behind node:http', ...times }
}

/** A service with many variants that are waiting, since the one that works never ends; and a client of its own table. */
async function startBench() {
  const folder = await temporaryFolder('stores')
  const stores = await startStoresProcess(folder.path)
  const env = envOf(stores)
  provideEnv(env)
  const sample = await startSampleService(
    { slugs: ['one'], plan: 'hang' },
    { MAX_ACTIVE_TASKS: '1', SWEEP_SECONDS: '3600', ...env },
  )
  const requests = Array.from({ length: VARIANTS }, (_, index) => ({
    repo_path: sample.repository,
    ai_model: `model-${index}`,
  }))
  for (const request of requests) await sample.api.post('/api/generate', request)
  const busy = requests[0]
  return {
    api: sample.api,
    table: openTable({ TABLE_NAME: 'docsfy' }),
    busy,
    busyKey: variantKey({
      owner: 'admin',
      name: 'adder',
      branch: DEFAULT_BRANCH_KEY,
      provider: 'claude',
      model: busy?.ai_model ?? '',
    }),
    [Symbol.asyncDispose]: async () => {
      await sample[Symbol.asyncDispose]()
      await stores.kill()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** The least that answers over HTTP. */
async function serve(answer: () => Promise<unknown>) {
  const server = createServer(async (_, response) => response.end(JSON.stringify(await answer())))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
