import { join, resolve } from 'node:path'
import type { Credentials } from '../../shared/env.ts'
import { createLog, type Log } from '../../shared/log.ts'
import { makeFolder, PRIVATE } from './data-dir.ts'
import { newCredentials } from './guard.ts'
import type { Started } from './started.ts'
import { startDynamoDb } from './stores/dynamodb.ts'
import { lockFolder } from './stores/lock.ts'
import { startSqsAndS3 } from './stores/sqs-and-s3.ts'

export interface StoresOptions {
  dataDir: string
  /** A loopback address. */
  host: string
  /** What they take, and nothing else; by default random ones of their own. */
  credentials?: Credentials
  /** Gets what the operator has to know of the disk. */
  log?: Log
}

export interface Stores {
  dynamodbUrl: string
  sqsUrl: string
  s3Url: string
  /** What each of them takes. SQS and S3 are one server. */
  dynamodbCredentials: Credentials
  sqsCredentials: Credentials
  s3Credentials: Credentials
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
  credentials,
  log = createLog({ level: 'info' }),
}: StoresOptions): Promise<Stores> {
  const folder = resolve(dataDir)
  const lock = lockFolder(folder, log)
  const started: Started[] = []
  const close = async () => {
    await Promise.all(started.map((store) => store.close()))
    lock.release()
  }
  const dynamodbCredentials = credentials ?? newCredentials()
  const bothCredentials = credentials ?? newCredentials()
  try {
    const dynamodbFolder = makeFolder(join(folder, 'dynamodb'), PRIVATE)
    const dynamodb = await startDynamoDb(dynamodbFolder, { host, credentials: dynamodbCredentials, log })
    started.push(dynamodb)
    const bothFolder = makeFolder(join(folder, 'sqs-s3'), PRIVATE)
    const both = await startSqsAndS3(bothFolder, { host, credentials: bothCredentials, log })
    started.push(both)
    return {
      dynamodbUrl: dynamodb.url,
      sqsUrl: both.url,
      s3Url: both.url,
      dynamodbCredentials,
      sqsCredentials: bothCredentials,
      s3Credentials: bothCredentials,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
