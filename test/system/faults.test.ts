import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Reply } from '../support/api.ts'
import type { Fault, SeenRequest } from '../support/fault-proxy.ts'
import { keyOf } from '../support/held-stages.ts'
import { type Machine, startMachine } from '../support/machine.ts'
import { waitFor } from '../support/wait.ts'

const faults = ['refuse', 'fail', 'stall'] as const
/** Seconds that a fault lasts: longer than the SDK of a request tries; a stall longer than it waits for one answer. */
const lasts: Record<Fault, number> = { refuse: 3, fail: 3, stall: 12, 'lose-reply': 0 }

describe.concurrent('while a store is out of order', () => {
  test.each(['dynamodb', 's3', 'sqs'] as const)(
    '%s: no answer is a lie, and once it is back every generation ends well, without paying twice',
    async (store) => {
      await using machine = await startMachine(scriptFor(faults))
      for (const fault of faults) await breakFor(machine, store, fault)
      expect(await machine.leftovers()).toEqual([])
    },
  )

  test('when replies are lost after the work was done, accepted requests still get 202 and every generation succeeds', async () => {
    await using machine = await startMachine({ slugs: ['one'] })
    const writes = {
      reserve: 'new_generationId',
      launch: 'new_launchedAt',
      claim: 'new_claimedBy',
      publish: 'new_published',
    }
    for (const [model, attribute] of Object.entries(writes)) {
      await machine.dynamodb.break('lose-reply', isUpdate(model, attribute))
      const asked = machine.api.post('/api/generate', { repo_path: machine.repository, ai_model: model })
      await waitFor(`the write that ${model} loses the reply of`, () => machine.dynamodb.met())
      await machine.dynamodb.heal()
      const reply = await asked
      expect(reply.status).toBe(202)
      expect(await endOf(machine, reply.json.generation_id)).toMatchObject({ status: 'ready', page_count: 1 })
      expect((await machine.cli.calls()).filter((call) => call.model === model)).toHaveLength(2)
    }
    expect(await machine.leftovers()).toEqual([])
  })
})

/** While each fault lasts, one generation waits for its second page. */
const scriptFor = (names: readonly Fault[]) => ({
  slugs: ['one', 'two'],
  models: Object.fromEntries(names.map((fault) => [`held-${fault}`, { pages: { two: 'wait-for-go' as const } }])),
})

const isUpdate =
  (model: string, attribute: string) =>
  ({ operation, body }: SeenRequest): boolean =>
    operation.endsWith('.UpdateItem') && body.includes(keyOf(model)) && body.includes(`":${attribute}"`)

/** A generation writes its last page, reports and publishes meanwhile, and others are asked for and started. */
async function breakFor(machine: Machine, store: 'dynamodb' | 's3' | 'sqs', fault: Fault): Promise<void> {
  const { api, cli, repository } = machine
  const ask = async (model: string) => await api.post('/api/generate', { repo_path: repository, ai_model: model })
  const held = `held-${fault}`
  const { generation_id } = (await ask(held)).json
  await api.until(generation_id, { page_count: 1 })
  const before = (await ask(`before-${fault}`)).json

  await machine[store].break(fault)
  await cli.go(held)
  const models = [1, 2, 3].map((number) => `meanwhile-${fault}-${number}`)
  const asked = Promise.all(
    models.map(async (model, index) => {
      await sleep(index * 500)
      return { model, reply: await ask(model) }
    }),
  )
  await sleep(lasts[fault] * 1_000)
  await machine[store].heal()

  for (const { model, reply } of await asked) {
    if (reply.status !== 202) expectOpaque(reply)
    const id = reply.status === 202 ? reply.json.generation_id : await unlessAsked(machine, model, ask)
    expect(await endOf(machine, id)).toMatchObject({ status: 'ready', page_count: 2 })
  }
  expect(await endOf(machine, before.generation_id)).toMatchObject({ status: 'ready', page_count: 2 })
  expect(await endOf(machine, generation_id)).toMatchObject({ status: 'ready', page_count: 2 })
  const calls = (await cli.calls()).filter(({ model }) => model === held).map(({ what }) => what)
  expect(calls.filter((what) => what !== 'two')).toEqual(['plan', 'one'])
}

/** The caller learns nothing but where to look it up. */
function expectOpaque({ status, json }: Reply): void {
  expect([502, 503, 504]).toContain(status)
  expect(json.detail).toMatch(
    /^(Internal server error|Service temporarily unavailable. Please retry.|Endpoint request timed out)$/,
  )
  expect(json.request_id).toMatch(/^[0-9a-f-]{36}$/)
}

/** The generation of a request whose answer said nothing: it may have been accepted nevertheless, and else it is now. */
async function unlessAsked({ api }: Machine, model: string, ask: (model: string) => Promise<Reply>): Promise<string> {
  const again = await ask(model)
  expect([202, 409]).toContain(again.status)
  return again.json.generation_id ?? (await api.get(`/api/projects/adder/claude/${model}`)).json.generation_id
}

async function endOf({ api, service }: Machine, generationId: string): Promise<Reply['json']> {
  return await api.settled(generationId).catch((cause) => {
    throw new Error(`The service's log:\n${service.output().slice(-5_000)}`, { cause })
  })
}
