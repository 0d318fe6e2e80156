import { beforeEach, expect, test } from 'vitest'
import type { Budget } from '../../../../runner/ai/call/budget.ts'
import { estimateCost, rememberPageCosts } from '../../../../runner/stages/estimate.ts'
import type { Table } from '../../../../shared/aws/clients.ts'
import type { GenerationRecord } from '../../../../shared/generation.ts'
import { DynamoDbDouble } from '../../../simulation/dynamodb-double.ts'

let table: Table
beforeEach(() => {
  const double = new DynamoDbDouble()
  const send = async (command: { constructor: { name: string }; input: object }) =>
    double.execute(command.constructor.name, command.input)
  table = { client: { send } as never, name: 'docsfy' }
})

const recordOf = (provider: string, model: string) => ({ provider, model }) as GenerationRecord
const opus = recordOf('claude', 'claude-opus-4-6[1m]')
const budgetAt = (costUsd: number | undefined, unknownCalls = 0) =>
  ({ costUsd: () => costUsd, unknownCalls: () => unknownCalls }) as Budget
const estimate = async (record: GenerationRecord, missing: number, spentUsd?: number) =>
  await estimateCost(table, record, missing, spentUsd)

test("before a model's first page, the estimate is its list price plus what the plan cost", async () => {
  // 50,000 tokens at 5 USD per million, 200,000 from the cache at a tenth of that, 5,000 out at 25.
  expect(await estimate(opus, 10, 0.5)).toBe(0.5 + 10 * 0.475)
  expect(await estimate(recordOf('claude', 'claude-haiku-4-5-20251001'), 2)).toBe(2 * 0.095)
  expect(await estimate(recordOf('gemini', 'gemini-2.5-pro'), 1)).toBe(0.1375)
})

test('a model without a price has no estimate', async () => {
  expect(await estimate(recordOf('claude', 'another'), 3, 0.5)).toBeUndefined()
  expect(await estimate(recordOf('cursor', 'gpt-5'), 3)).toBeUndefined()
})

test('with nothing left to write, the estimate is the cost so far', async () => {
  expect(await estimate(recordOf('cursor', 'gpt-5'), 0)).toBe(0)
  expect(await estimate(opus, 0, 0.5)).toBe(0.5)
})

test("after a model's first pages, the estimate uses their cost", async () => {
  await rememberPageCosts(table, opus, 4, budgetAt(2.5), 0.5)
  expect(await estimate(opus, 10, 1)).toBe(1 + 10 * 0.5)
  await rememberPageCosts(table, opus, 4, budgetAt(4), undefined)
  expect(await estimate(opus, 10)).toBe(10 * 0.75)
  expect(await estimate(recordOf('claude', 'another'), 3)).toBeUndefined()
})

test('the last two hundred pages count most', async () => {
  await rememberPageCosts(table, opus, 10_000, budgetAt(10_000), undefined)
  await rememberPageCosts(table, opus, 200, budgetAt(600), undefined)
  expect(await estimate(opus, 1)).toBe(2)
})

test('calls of unknown cost and reused pages do not affect estimates', async () => {
  const model = recordOf('claude', 'another')
  await rememberPageCosts(table, model, 4, budgetAt(2, 1), undefined)
  await rememberPageCosts(table, model, 4, budgetAt(undefined), undefined)
  await rememberPageCosts(table, model, 0, budgetAt(2), undefined)
  expect(await estimate(model, 1)).toBeUndefined()
})

test('free pages are estimated as free, and do not affect the estimate of paid ones', async () => {
  expect(await estimate(opus, 10, 0)).toBe(0)
  await rememberPageCosts(table, opus, 12, budgetAt(0), 0)
  expect(await estimate(opus, 10)).toBe(0)
  expect(await estimate(opus, 10, 0.5)).toBe(0.5 + 10 * 0.475)
  await rememberPageCosts(table, opus, 10, budgetAt(3), 1)
  expect(await estimate(opus, 10)).toBe(2)
  await rememberPageCosts(table, opus, 10, budgetAt(0), 0)
  expect(await estimate(opus, 10, 0.5)).toBe(0.5 + 10 * 0.475)
})
