import { join, resolve } from 'node:path'
import type { Credentials } from '../../shared/env.ts'
import { createLog, type Log } from '../../shared/log.ts'
import { makeFolder, PRIVATE } from './data-dir.ts'
import { newCredentials } from './guard.ts'
import type { RunningServer } from './running-server.ts'
import { startDynamoDb } from './stores/dynamodb.ts'
import { lockFolder } from './stores/lock.ts'
import { startSqsAndS3 } from './stores/sqs-and-s3.ts'

export interface StoresOptions {
  dataDir: string
  /** A loopback address. */
  host: string
  /** The only credentials that the stores accept. Default: random ones for each. */
  credentials?: Credentials
  /** Receives what the operator must know about the disk. */
  log?: Log
}

export interface Stores {
  dynamodbUrl: string
  sqsUrl: string
  s3Url: string
  /** The credentials that each accepts. SQS and S3 are one server. */
  dynamodbCredentials: Credentials
  sqsCredentials: Credentials
  s3Credentials: Credentials
  close(): Promise<void>
}

/**
 * Starts DynamoDB, SQS and S3 for one machine. Every write that they acknowledge is on disk below `dataDir` and survives a crash.
 * Clients need `useQueueUrlAsEndpoint: false` (SQS) and `forcePathStyle: true` (S3).
 *
 * @throws Error that says what to do if another process uses `dataDir`, or if it isn't writable
 */
export async function startStores({
  dataDir,
  host,
  credentials,
  log = createLog({ level: 'info' }),
}: StoresOptions): Promise<Stores> {
  const folder = resolve(dataDir)
  const lock = lockFolder(folder, log)
  const started: RunningServer[] = []
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
