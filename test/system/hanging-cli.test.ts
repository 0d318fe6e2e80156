import { expect, test } from 'vitest'
import { startSampleService } from '../support/sample-service.ts'

test('a CLI that hangs past its time-out is stopped, and the generation ends in an error that says what to do', async () => {
  await using sample = await startSampleService({ slugs: ['one'], plan: 'ignore-sigterm' })
  const request = { repo_path: sample.repository, ai_cli_timeout: 1 }
  const ended = await sample.api.settled((await sample.api.post('/api/generate', request)).json.generation_id)
  expect(ended).toMatchObject({ status: 'error' })
  expect(ended.error_message).toMatch(
    /^claude did not answer within 1 min\. If the repository is large, raise ai_cli_timeout/,
  )
})
