import { join, resolve } from 'node:path'
import { createLog, type Log } from '../../shared/log.ts'
import { makeFolder, PRIVATE } from './data-dir.ts'
import type { Started } from './started.ts'
import { startDynamoDb } from './stores/dynamodb.ts'
import { lockFolder } from './stores/lock.ts'
import { startSqsAndS3 } from './stores/sqs-and-s3.ts'

export interface StoresOptions {
  dataDir: string
  /** They ask nobody for credentials: a loopback address. */
  host: string
  /** Gets what the operator has to know of the disk. */
  log?: Log
}

export interface Stores {
  dynamodbUrl: string
  sqsUrl: string
  s3Url: string
  close(): Promise<void>
}

/**
 * DynamoDB, SQS and S3 for one machine. What they answered with success is on disk below `dataDir`, and is there after
 * a crash. Clients need `useQueueUrlAsEndpoint: false` (SQS) and `forcePathStyle: true` (S3).
 * Rejects with one plain sentence if another process works on `dataDir`, or if it is not writable.
 */
export async function startStores({
  dataDir,
  host,
  log = createLog({ level: 'info' }),
}: StoresOptions): Promise<Stores> {
  const folder = resolve(dataDir)
  const lock = lockFolder(folder, log)
  const started: Started[] = []
  const close = async () => {
    await Promise.all(started.map((store) => store.close()))
    lock.release()
  }
  try {
    const dynamodb = await startDynamoDb(makeFolder(join(folder, 'dynamodb'), PRIVATE), host, log)
    started.push(dynamodb)
    const both = await startSqsAndS3(makeFolder(join(folder, 'sqs-s3'), PRIVATE), host, log)
    started.push(both)
    return { dynamodbUrl: dynamodb.url, sqsUrl: both.url, s3Url: both.url, close }
  } catch (error) {
    await close()
    throw error
  }
}
