import { expect, test } from 'vitest'
import { limitsOf, type Money, openBudget } from '../../../../../runner/ai/call/budget.ts'
import { noUsage, unknownUsage } from '../../../../../runner/ai/providers/usage.ts'
import { runnerEnv } from '../../../../support/runner-env.ts'

const never = new AbortController().signal
const cost = (costUsd: number) => ({ ...noUsage, costUsd })

function open(money: Partial<Money> = {}, limit: number | null = 10, isSet = true) {
  const limits = { maxUsd: limit ?? undefined, isSet: isSet && limit !== null, callUsd: 4 }
  const record: Money = { costUsd: undefined, reservedUsd: 0, ...money }
  const write = (next: Money) => void Object.assign(record, next)
  const budget = openBudget(record, limits, { note: write, save: async (next) => write(next) })
  return { budget, record }
}

test('a call’s cap is reserved on the record before it starts, and released once its cost is known', async () => {
  const { budget, record } = open()
  const call = await budget.reserve(never)
  expect(call.usd).toBe(4)
  expect(record).toEqual({ costUsd: undefined, reservedUsd: 4 })
  call.settle(cost(0.3))
  expect(record).toEqual({ costUsd: 0.3, reservedUsd: 0 })
})

test('a call of unknown cost counts in full, across attempts', async () => {
  const { budget, record } = open()
  const call = await budget.reserve(never)
  call.settle(unknownUsage)
  expect(record).toEqual({ costUsd: undefined, reservedUsd: 4 })
  const next = open({ ...record, costUsd: 5 })
  expect((await next.budget.reserve(never)).usd).toBe(1)
})

test('reservations never exceed the limit; a call waits for others to release money, then takes what is left', async () => {
  const { budget, record } = open()
  const [first, second] = [await budget.reserve(never), await budget.reserve(never)]
  expect(record.reservedUsd).toBe(8)
  const third = budget.reserve(never)
  first.settle(cost(1))
  expect((await third).usd).toBe(4)
  const fourth = budget.reserve(never)
  second.settle(cost(4.5))
  ;(await third).settle(cost(4))
  expect((await fourth).usd).toBe(0.5)
  const fifth = budget.reserve(never)
  ;(await fourth).settle(cost(0.6))
  await expect(fifth).rejects.toThrow(
    'MAX_COST_USD (10.00 USD) is used up: 10.10 USD spent. Finished pages are kept. Raise MAX_COST_USD and try again: only the missing pages are generated',
  )
})

test('a call that waits for money is aborted with the generation', async () => {
  const { budget } = open({}, 4)
  await budget.reserve(never)
  const stop = new AbortController()
  const waiting = budget.reserve(stop.signal)
  stop.abort(new Error('aborted'))
  await expect(waiting).rejects.toThrow('aborted')
})

test('without a limit, costs are only added up, in whole millionths of a dollar', async () => {
  const { budget, record } = open({ costUsd: 0.1 }, null)
  const call = await budget.reserve(never)
  expect(call.usd).toBeUndefined()
  call.settle({ ...cost(0.2), input: 1200, output: 5 })
  expect(record).toEqual({ costUsd: 0.3, reservedUsd: 0 })
  expect(budget.describe()).toBe(
    'so far the generation has used 0.30 USD, 1,200 tokens in, 5 out; calls in this attempt: 1',
  )
})

test('the default limit ignores calls of unknown cost, in this attempt and in earlier ones', async () => {
  const { budget, record } = open({ reservedUsd: 9 }, 10, false)
  for (let page = 1; page <= 30; page++) {
    const call = await budget.reserve(never)
    expect(call.usd).toBe(4)
    call.settle(unknownUsage)
  }
  expect(record).toEqual({ costUsd: undefined, reservedUsd: 0 })
  expect(budget.unknownCalls()).toBe(30)
})

test('the default limit lets ten ordinary pages run in parallel, and makes expensive ones wait', async () => {
  const { budget } = open({}, 25, false)
  ;(await budget.reserve(never)).settle(cost(0.4))
  for (const call of await Promise.all(Array.from({ length: 10 }, () => budget.reserve(never)))) call.settle(cost(3))
  expect(budget.costUsd()).toBe(30.4)
  await expect(budget.reserve(never)).rejects.toThrow(
    "The default MAX_COST_USD (25.00 USD) is used up: 30.40 USD spent. Finished pages are kept. Set MAX_COST_USD to a higher amount, or to 'none', and try again: only the missing pages are generated",
  )
  const dear = open({}, 25, false).budget
  ;(await dear.reserve(never)).settle(cost(3))
  for (let call = 1; call <= 5; call++) await dear.reserve(never)
  const stop = new AbortController()
  const sixth = dear.reserve(stop.signal)
  stop.abort(new Error('it waited'))
  await expect(sixth).rejects.toThrow('it waited')
})

test("the limit is 25 USD by default, and 'none' turns it off", () => {
  const callUsd = 5
  expect(limitsOf(runnerEnv())).toEqual({ maxUsd: 25, isSet: false, callUsd })
  expect(limitsOf(runnerEnv({ MAX_COST_USD: '25' }))).toEqual({ maxUsd: 25, isSet: true, callUsd })
  expect(limitsOf(runnerEnv({ MAX_COST_USD: 'none' }))).toEqual({ maxUsd: undefined, isSet: false, callUsd })
  expect(() => runnerEnv({ MAX_COST_USD: 'much' })).toThrow("must be US dollars, more than 0, or 'none'")
})
