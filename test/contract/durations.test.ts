import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRecord } from '../../shared/aws/records.ts'
import { itemKeys } from '../../shared/aws/table.ts'
import { transition } from '../../shared/aws/variant-store.ts'
import { ABORTED_MESSAGE } from '../../shared/lifecycle.ts'
import { now } from '../../shared/time.ts'
import { variantKey } from '../../shared/variant.ts'
import { type Gateways, startGateways } from '../support/gateways.ts'
import { launched } from '../support/launched.ts'
import { type Client, clientsOf, remote } from './target.ts'
import { beginVariant, makeVariant, variantOf } from './variant-makers.ts'

let gateways: Gateways
let admin: Client
beforeAll(async () => {
  if (remote) return
  gateways = await startGateways()
  admin = (await clientsOf(gateways.urls[0] ?? '', gateways.adminKey)).admin
})
afterAll(async () => await gateways?.[Symbol.asyncDispose]())

/** The variant's times, which must be the same in the detail and in the list. */
async function timesOf(model: string) {
  const { json } = await admin.get(`/api/projects/name/claude/${model}`)
  const { generation_started_at, generation_duration } = json
  const { projects } = (await admin.get('/api/status')).json
  const listed = projects.find(({ ai_model }: { ai_model: string }) => ai_model === model)
  expect(listed).toMatchObject({ generation_started_at, generation_duration })
  return { generation_started_at, generation_duration }
}

test.skipIf(remote)('a generation shows when it started and, once ready, how long it took', async () => {
  const { table } = gateways
  const variant = variantOf('admin', 'timed')
  const key = variantKey(variant)
  const poll = async (tag: string) => (await admin.get('/api/status', { headers: { 'If-None-Match': tag } })).status
  const lease = await beginVariant(table, variant)
  const { queuedAt } = (await readRecord(table, key)) ?? {}
  expect(await timesOf('timed')).toEqual({ generation_started_at: queuedAt, generation_duration: null })

  const waiting = String((await admin.get('/api/status')).headers.etag)
  expect(await poll(waiting)).toBe(304)
  const startedAt = now()
  await transition(table, 'launch', lease, launched(startedAt))
  expect(await timesOf('timed')).toEqual({ generation_started_at: startedAt, generation_duration: null })
  expect(await poll(waiting)).toBe(200)

  await transition(table, 'claim', lease, { claimedBy: lease.me, taskArn: lease.me })
  await transition(table, 'upToDate', lease, { commit: 'c', ref: 'main' })
  const { updatedAt } = (await readRecord(table, key)) ?? {}
  const seconds = (Date.parse(String(updatedAt)) - Date.parse(startedAt)) / 1_000
  expect(seconds).toBeGreaterThanOrEqual(0)
  expect(await timesOf('timed')).toEqual({ generation_started_at: null, generation_duration: seconds })

  const again = await beginVariant(table, variant, await readRecord(table, key))
  const second = await readRecord(table, key)
  expect(await timesOf('timed')).toEqual({ generation_started_at: second?.queuedAt, generation_duration: null })
  await transition(table, 'askAbort', again, { abortAskedAt: now() })
  await transition(table, 'confirmAbort', again, { errorMessage: ABORTED_MESSAGE })
  expect(await timesOf('timed')).toEqual({ generation_started_at: null, generation_duration: null })
})

test.skipIf(remote)('a generation that failed or has no known start has no duration', async () => {
  const { table } = gateways
  const lease = await beginVariant(table, variantOf('admin', 'failed'))
  await transition(table, 'launch', lease, launched())
  await transition(table, 'fail', lease, { errorMessage: 'no luck' })
  const startless = variantOf('admin', 'startless')
  await makeVariant(table, startless)
  // A record written by an earlier version.
  const Key = itemKeys.variant(variantKey(startless))
  await table.client.send(new UpdateCommand({ TableName: table.name, Key, UpdateExpression: 'REMOVE startedAt' }))
  const none = { generation_started_at: null, generation_duration: null }
  expect(await timesOf('failed')).toEqual(none)
  expect(await timesOf('startless')).toEqual(none)
})

test.skipIf(remote)('a duration is never negative, even if clocks disagree', async () => {
  const { table } = gateways
  const lease = await beginVariant(table, variantOf('admin', 'skewed'))
  const later = new Date(Date.now() + 60_000).toISOString()
  await transition(table, 'launch', lease, launched(later))
  await transition(table, 'claim', lease, { claimedBy: lease.me, taskArn: lease.me })
  await transition(table, 'upToDate', lease, { commit: 'c', ref: 'main' })
  expect(await timesOf('skewed')).toEqual({ generation_started_at: null, generation_duration: 0 })
})
