import { expect, test } from 'vitest'
import { givenStores } from '../support/given-stores.ts'
import { startSampleService } from '../support/sample-service.ts'

test('the service uses the emulator, for each store that the emulator has', async () => {
  await using sample = await startSampleService({ slugs: ['one'] })
  const [, dynamodbUrl, sqsUrl, s3Url] =
    /DynamoDB is at (\S+), SQS at (\S+), S3 at ([^"\s]+)/.exec(sample.service.output()) ?? []
  expect(Object.keys(givenStores())).not.toEqual([])
  expect({ dynamodbUrl, sqsUrl, s3Url }).toMatchObject(givenStores())
})
