import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRecord } from '../../shared/aws/records.ts'
import { transition } from '../../shared/aws/variant-store.ts'
import type { Lease } from '../../shared/generation.ts'
import { ABORTED_MESSAGE } from '../../shared/lifecycle.ts'
import { type Client, clientsOf } from '../contract/target.ts'
import { beginVariant, variantOf } from '../contract/variant-makers.ts'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { type Gateways, startGateways } from '../support/gateways.ts'
import { launched } from '../support/launched.ts'
import { waitFor } from '../support/wait.ts'

const SLOW_MS = 8_000
/** Limit for a request with a five-second deadline, on a busy machine. Without the deadline it would take 31 seconds. */
const IN_TIME_MS = 25_000

/** An ECS that accepts every request and misbehaves as configured. */
async function startBadEcs() {
  let behaviour: 'hangs' | 'fails' | 'is slow' = 'fails'
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    asked.push(String(request.headers['x-amz-target']).split('.')[1] ?? '')
    if (behaviour === 'hangs') return
    if (behaviour === 'fails') return void response.writeHead(500).end()
    await sleep(SLOW_MS)
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{"tasks":[]}')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    behave: (now: typeof behaviour) => {
      behaviour = now
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

let ecs: Awaited<ReturnType<typeof startBadEcs>>
let dynamodb: FaultProxy
let sqs: FaultProxy
let gateways: Gateways
let owner: Client & { username: string }
let admin: Client

beforeAll(async () => {
  ecs = await startBadEcs()
  dynamodb = await startFaultProxy()
  sqs = await startFaultProxy()
  gateways = await startGateways(1, {
    AWS_ENDPOINT_URL_ECS: ecs.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
  })
  dynamodb.use(gateways.stores.dynamodbUrl)
  sqs.use(gateways.stores.sqsUrl)
  const clients = await clientsOf(gateways.urls[0] ?? '', gateways.adminKey)
  admin = clients.admin
  owner = await clients.user()
})

afterAll(async () => {
  await gateways?.[Symbol.asyncDispose]()
  await dynamodb?.[Symbol.asyncDispose]()
  await sqs?.[Symbol.asyncDispose]()
  ecs?.close()
})

/** A generation with a running runner. Only the test itself acknowledges an abort. */
async function claimedVariant(model: string): Promise<Lease & { me: string }> {
  const lease = await beginVariant(gateways.table, variantOf(owner.username, model, model))
  await transition(gateways.table, 'launch', lease, launched())
  await transition(gateways.table, 'claim', lease, { claimedBy: lease.me, taskArn: lease.me })
  return lease
}

const confirm = async (lease: Lease) =>
  await transition(gateways.table, 'confirmAbort', lease, { errorMessage: ABORTED_MESSAGE })

test.each(['hangs', 'fails', 'is slow'] as const)(
  'if ECS %s, an abort answers in time that it is still in progress, and is completed later',
  async (behaviour) => {
    ecs.behave(behaviour)
    const name = behaviour.replace(' ', '-')
    const lease = await claimedVariant(name)
    const paths = [
      [`${name}/claude/${name}/abort`, `${owner.username}/${name}/claude/${name}`],
      [`${name}/main/claude/${name}/abort`, `${owner.username}/${name}/main/claude/${name}`],
      [`${name}/abort`, name],
    ]
    const abort = async ([path, told]: string[]) => {
      const began = Date.now()
      expect(await owner.post(`/api/projects/${path}`)).toMatchObject({
        status: 409,
        json: { detail: `Abort still in progress for '${told}'. Please retry shortly.` },
      })
      expect(Date.now() - began).toBeLessThan(IN_TIME_MS)
    }
    await Promise.all(paths.map(abort))
    expect(ecs.asked).toContain('StopTask')
    expect((await readRecord(gateways.table, lease.key))?.abortAskedAt).toBeDefined()
    await confirm(lease)
    expect((await owner.post(`/api/projects/${name}/abort`)).status).toBe(404)
  },
)

test('an abort stops waiting once the runner acknowledges, whatever ECS does', async () => {
  ecs.behave('hangs')
  const lease = await claimedVariant('acknowledges')
  const aborted = owner.post('/api/projects/acknowledges/claude/acknowledges/abort')
  await waitFor('the abort to be marked', async () => (await readRecord(gateways.table, lease.key))?.abortAskedAt)
  await confirm(lease)
  expect((await aborted).status).toBe(200)
})

test('if DynamoDB hangs, every request fails before the gateway times out, and an abort within its own deadline', async () => {
  await claimedVariant('hanging')
  const site = '/docs/hanging/claude/hanging/'
  const body = { repo_url: 'https://github.com/octocat/hello-world', ai_model: 'm' }
  await dynamodb.break('stall')
  try {
    const began = Date.now()
    const abort = owner.post('/api/projects/hanging/claude/hanging/abort').then((reply) => {
      expect(Date.now() - began).toBeLessThan(IN_TIME_MS)
      return reply
    })
    const replies = await Promise.all([
      abort,
      owner.post('/api/generate', body),
      owner.get('/api/status'),
      owner.get(site),
      owner.delete('/api/projects/hanging/claude/hanging'),
      admin.get('/api/admin/users'),
      // The admin key is checked without the table.
      admin.delete(`/api/projects/hanging?owner=${owner.username}`),
      owner.get('/api/auth/me'),
    ])
    for (const { status, json, headers } of replies) {
      expect(status).toBe(503)
      expect(json.detail).toBe('Service temporarily unavailable. Please retry.')
      expect(json.request_id).toMatch(/^[0-9a-f-]{36}$/)
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    }
  } finally {
    await dynamodb.heal()
  }
  expect((await owner.get('/api/status')).status).toBe(200)
})

test('if the queue hangs, a reserved generation is still accepted', async () => {
  await sqs.break('stall')
  try {
    const body = { repo_url: 'https://8.8.8.8/octocat/reserved', ai_model: 'm' }
    const { status, json } = await owner.post('/api/generate', body)
    expect(status).toBe(202)
    expect((await owner.get(`/api/projects/by-id/${json.generation_id}`)).json.status).toBe('generating')
  } finally {
    await sqs.heal()
  }
})
