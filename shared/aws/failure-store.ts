import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Table } from './clients.ts'
import { itemKeys } from './table.ts'

export interface Failures {
  count: number
  /** When the window ends and counting restarts, in seconds since 1970. */
  endsAt: number
}

/** Counts a failure in this bucket. The first one opens a window of `windowSeconds`. */
export async function countFailure(table: Table, bucket: string, windowSeconds: number): Promise<Failures> {
  const now = Math.floor(Date.now() / 1000)
  try {
    return await update('SET failures = failures + :one', { ':one': 1, ':now': now }, 'expiresAt > :now')
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    // Two failures that open a window at the same time count as one.
    return await update('SET failures = :one, expiresAt = :end', { ':one': 1, ':end': now + windowSeconds })
  }

  async function update(UpdateExpression: string, values: Record<string, number>, ConditionExpression?: string) {
    const { Attributes = {} } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: itemKeys.failures(bucket),
        UpdateExpression,
        ConditionExpression,
        ExpressionAttributeValues: values,
        ReturnValues: 'ALL_NEW',
      }),
    )
    return { count: Number(Attributes.failures), endsAt: Number(Attributes.expiresAt) }
  }
}
