import type { Readable } from 'node:stream'
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import type { Bucket } from './clients.ts'

export interface DescribedObject {
  /** Bytes. */
  size: number
  etag: string
  contentType: string
}

export interface StoredObject extends DescribedObject {
  body: Readable
}

export interface ListedObject {
  key: string
  /** Bytes. */
  size: number
  etag: string
}

/** Writes an object and returns its ETag. Atomic: readers see either the old object or the new one. */
export async function putObject(
  bucket: Bucket,
  key: string,
  body: string | Uint8Array,
  contentType: string,
): Promise<string> {
  const { ETag = '' } = await bucket.client.send(
    new PutObjectCommand({ Bucket: bucket.name, Key: key, Body: body, ContentType: contentType }),
  )
  return ETag
}

/** Reads an object; undefined if it does not exist. */
export async function getObject(bucket: Bucket, key: string): Promise<StoredObject | undefined> {
  try {
    const { Body, ...rest } = await bucket.client.send(new GetObjectCommand({ Bucket: bucket.name, Key: key }))
    // In Node.js, the SDK's body is a Readable.
    return { ...described(rest), body: Body as Readable }
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined
    throw error
  }
}

/** An object's metadata, without its body; undefined if it does not exist. */
export async function describeObject(bucket: Bucket, key: string): Promise<DescribedObject | undefined> {
  try {
    return described(await bucket.client.send(new HeadObjectCommand({ Bucket: bucket.name, Key: key })))
  } catch (error) {
    if (error instanceof NotFound) return undefined
    throw error
  }
}

function described({
  ContentLength = 0,
  ETag = '',
  ContentType = 'application/octet-stream',
}: HeadObjectCommandOutput): DescribedObject {
  return { size: ContentLength, etag: ETag, contentType: ContentType }
}

/** Reads a whole object; undefined if it does not exist. */
export async function getBytes(bucket: Bucket, key: string): Promise<Buffer | undefined> {
  const object = await getObject(bucket, key)
  return object && Buffer.concat(await object.body.toArray())
}

/** Reads an object as UTF-8 text; undefined if it does not exist. */
export const getText = async (bucket: Bucket, key: string): Promise<string | undefined> =>
  (await getBytes(bucket, key))?.toString('utf8')

/** Every object under a prefix, in key order. */
export async function* listObjects(bucket: Bucket, prefix: string): AsyncGenerator<ListedObject> {
  for await (const page of objectPages(bucket, prefix)) yield* page
}

/** The same in S3's pages, of up to a thousand objects. Objects of earlier pages may be deleted meanwhile. */
export async function* objectPages(bucket: Bucket, prefix: string): AsyncGenerator<ListedObject[]> {
  let token: string | undefined
  do {
    const page = await bucket.client.send(
      new ListObjectsV2Command({ Bucket: bucket.name, Prefix: prefix, ContinuationToken: token }),
    )
    const contents = page.Contents ?? []
    yield contents.flatMap(({ Key, Size = 0, ETag = '' }) => (Key ? [{ key: Key, size: Size, etag: ETag }] : []))
    token = page.NextContinuationToken
  } while (token)
}

/** Deletes objects, ignoring those that do not exist. */
export async function deleteObjects(bucket: Bucket, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += 1_000) {
    const Objects = keys.slice(start, start + 1_000).map((Key) => ({ Key }))
    const { Errors = [] } = await bucket.client.send(
      new DeleteObjectsCommand({ Bucket: bucket.name, Delete: { Objects, Quiet: true } }),
    )
    if (Errors.length > 0) throw new Error(`${Errors.length} objects could not be deleted: ${Errors[0]?.Message}`)
  }
}
