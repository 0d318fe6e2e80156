import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { viewVariants } from '../../../../functions/variants/view.ts'
import type { Bucket, Table } from '../../../../shared/aws/clients.ts'
import { GenerationRecord } from '../../../../shared/generation.ts'
import { now } from '../../../../shared/time.ts'
import { S3Double } from '../../../simulation/s3-double.ts'

const VARIANTS = 500

/** A published variant. */
const published = (index: number): GenerationRecord => {
  const generationId = crypto.randomUUID()
  const times = { createdAt: now(), updatedAt: now(), queuedAt: now() }
  const site = { prefix: `${index}/${generationId}/1/site/`, generationId, pageScope: generationId, complete: true }
  return GenerationRecord.parse({
    ...{ owner: 'ann', name: 'many', branch: 'main', provider: 'claude', model: `m${index}`, key: String(index) },
    ...{ generationId, repoUrl: 'https://github.com/group/many', askedRef: null, repoType: null, timeoutMinutes: 60 },
    ...{ force: false, pageScope: generationId, status: 'ready', stage: null, attempt: 1, ...times },
    published: { ...site, commit: 'c'.repeat(40), ref: 'main', pageCount: 1, publishedAt: now() },
  })
}

test('at most 16 plans are read concurrently, however many variants a project has', async () => {
  const s3 = new S3Double(() => 1_000, { onPut() {}, onDelete() {} })
  const reads = { now: 0, most: 0, all: 0 }
  const send = async (command: { constructor: { name: string }; input: object }) => {
    reads.all++
    reads.most = Math.max(reads.most, ++reads.now)
    await setImmediate()
    reads.now--
    return s3.execute(command.constructor.name, command.input)
  }
  const bucket = { client: { send }, name: 'docsfy' } as unknown as Bucket
  const records = Array.from({ length: VARIANTS }, (_, index) => published(index))
  const views = await viewVariants({ bucket, table: {} as Table }, records, { plans: 'all' })
  expect(views.map(({ ai_model }) => ai_model)).toEqual(records.map(({ model }) => model))
  expect(reads.all).toBe(VARIANTS)
  expect(reads.most).toBeLessThanOrEqual(16)
})
