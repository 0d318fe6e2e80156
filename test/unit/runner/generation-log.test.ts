import { expect, test, vi } from 'vitest'
import { openGenerationLog } from '../../../runner/generation-log.ts'
import type { Bucket } from '../../../shared/aws/clients.ts'

const ROLE = 'arn:aws:sts::123456789012:assumed-role/docsfy-RunnerTaskRole-1A2B/0abc'

test('identifiers of the AWS account appear on standard output, for operators, but not in the log that users read', async () => {
  const stored: string[] = []
  const send = async ({ input }: { input: { Body: string } }) => void stored.push(input.Body)
  const bucket = { client: { send }, name: 'docsfy' } as unknown as Bucket
  const printed: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => printed.push(String(line)) > 0)
  const lease = { key: 'a'.repeat(64), generationId: '00000001-0000-4000-8000-000000000000', attempt: 1 }
  const log = openGenerationLog(bucket, lease, { level: 'info', secrets: [] })
  const refused = Object.assign(new Error(`${ROLE} is not authorized to perform: s3:PutObject`), {
    $metadata: { httpStatusCode: 403, requestId: '4F5C88D244AA', extendedRequestId: 'x+y/zw1234==' },
  })
  log.error('the runner failed', { error: refused })
  await log.close()
  write.mockRestore()
  expect(printed.join('')).toContain(ROLE)
  expect(stored.join('')).toContain('is not authorized to perform: s3:PutObject')
  expect(stored.join('')).not.toMatch(/arn:|123456789012|RunnerTaskRole|4F5C88D244AA|zw1234/)
  for (const line of stored.join('').split('\n')) expect(JSON.parse(line).message).toBe('the runner failed')
})

test('a log with new lines is stored every ten seconds, and a long one less often', async () => {
  vi.useFakeTimers()
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  let stores = 0
  const send = async () => {
    stores++
    return { ETag: '"etag"' }
  }
  const bucket = { client: { send }, name: 'docsfy' } as unknown as Bucket
  const lease = { key: 'a'.repeat(64), generationId: '00000001-0000-4000-8000-000000000000', attempt: 1 }
  const log = openGenerationLog(bucket, lease, { level: 'info', secrets: [] })
  log.info('short')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(stores).toBe(1)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(stores).toBe(1)
  log.info('x'.repeat(6_400_000))
  await vi.advanceTimersByTimeAsync(10_000)
  expect(stores).toBe(2)
  for (let second = 0; second < 300; second++) {
    log.info('more')
    await vi.advanceTimersByTimeAsync(1_000)
  }
  // Each store sends a little more than 100 seconds' worth of bytes.
  expect(stores).toBe(4)
  await log.close()
  expect(stores).toBe(5)
  write.mockRestore()
  vi.useRealTimers()
})
