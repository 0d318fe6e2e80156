import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { createResources } from '../../infra/local/resources.ts'
import { startStores } from '../../infra/local/stores.ts'
import { provideEnv } from '../../shared/env.ts'
import { apiOf } from '../support/api.ts'
import { root, temporaryFolder } from '../support/service-process.ts'

const ADMIN_KEY = 'an-admin-key-for-tests'

test('of 20 simultaneous requests through 4 gateways one gets 202 and 19 get 409, and another owner gets 202', async () => {
  await using folder = await temporaryFolder('races')
  const stores = await startStores({ dataDir: folder.path, host: '127.0.0.1' })
  const environment = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: stores.dynamodbUrl,
    AWS_ENDPOINT_URL_SQS: stores.sqsUrl,
    AWS_ENDPOINT_URL_S3: stores.s3Url,
    TABLE_NAME: 'docsfy',
    BUCKET_NAME: 'docsfy',
    S3_PATH_STYLE: 'true',
    ADMIN_KEY,
    KEY_PEPPER: 'a-pepper-for-tests-only',
  }
  provideEnv(environment)
  const { queueUrl } = await createResources({ table: 'docsfy', bucket: 'docsfy', queue: 'doorbell.fifo' })
  const gateways = await Promise.all(
    Array.from({ length: 4 }, () => startGatewayProcess({ ...environment, QUEUE_URL: queueUrl })),
  )
  try {
    const apis = gateways.map(({ url }) => apiOf({ url, adminKey: ADMIN_KEY }))
    const { api_key } = (await apis[0]?.post('/api/admin/users', { username: 'another' }))?.json ?? {}
    const request = { repo_url: 'https://github.com/group/name', ai_model: 'm' }
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => apis[index % 4]?.post('/api/generate', request)),
    )
    const statuses = replies.map((reply) => reply?.status).toSorted()
    expect(statuses).toEqual([202, ...Array.from({ length: 19 }, () => 409)])
    const refused = replies.find((reply) => reply?.status === 409)
    expect(refused?.json).toEqual({ detail: "Variant 'name/claude/m' is already being generated" })
    const accepted = replies.find((reply) => reply?.status === 202)?.json
    expect((await apis[1]?.get(`/api/projects/by-id/${accepted.generation_id}`))?.json).toMatchObject({
      generation_id: accepted.generation_id,
      status: 'generating',
      queue_position: 1,
    })
    const another = apiOf({ url: gateways[2]?.url ?? '', adminKey: api_key })
    expect((await another.post('/api/generate', request)).status).toBe(202)
    expect((await another.get('/api/status')).json.projects).toHaveLength(1)
  } finally {
    for (const { child } of gateways) child.kill()
    await stores.close()
  }
})

async function startGatewayProcess(env: Record<string, string>): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [`${root}test/support/gateway-process.ts`], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { url, child }
}
