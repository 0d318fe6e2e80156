import { Readable } from 'node:stream'
import { NoSuchKey } from '@aws-sdk/client-s3'

interface Request {
  Key?: string
  Body?: string | Uint8Array
  ContentType?: string
  Prefix?: string
  ContinuationToken?: string
  Delete?: { Objects?: { Key?: string }[] }
}

/** Called on each change. */
interface Observer {
  onPut: (key: string) => void
  onDelete: (key: string) => void
}

/** A double of an S3 bucket, strongly consistent like S3. */
export class S3Double {
  readonly objects = new Map<string, string>()
  readonly #pageSize: () => number
  readonly #observer: Observer

  constructor(pageSize: () => number, observer: Observer) {
    this.#pageSize = pageSize
    this.#observer = observer
  }

  execute(name: string, input: object): Record<string, unknown> {
    const request = input as Request
    if (name === 'PutObjectCommand') return this.#put(request)
    if (name === 'GetObjectCommand') return this.#get(request)
    if (name === 'ListObjectsV2Command') return this.#list(request)
    if (name === 'DeleteObjectsCommand') return this.#delete(request)
    throw new Error(`The S3 double does not support ${name}`)
  }

  #put({ Key = '', Body = '' }: Request): Record<string, unknown> {
    this.objects.set(Key, Buffer.from(Body).toString())
    this.#observer.onPut(Key)
    return { ETag: '"0"' }
  }

  #get({ Key = '' }: Request): Record<string, unknown> {
    const body = this.objects.get(Key)
    if (body === undefined) throw new NoSuchKey({ message: Key, $metadata: { httpStatusCode: 404, attempts: 1 } })
    return { Body: Readable.from([Buffer.from(body)]), ContentLength: body.length, ETag: '"0"' }
  }

  #list({ Prefix = '', ContinuationToken = '' }: Request): Record<string, unknown> {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(Prefix) && key > ContinuationToken).sort()
    const page = keys.slice(0, this.#pageSize())
    return {
      Contents: page.map((Key) => ({ Key, Size: this.objects.get(Key)?.length })),
      ...(page.length < keys.length && { NextContinuationToken: page.at(-1) }),
    }
  }

  #delete({ Delete }: Request): Record<string, unknown> {
    for (const { Key = '' } of Delete?.Objects ?? []) {
      if (!this.objects.delete(Key)) continue
      this.#observer.onDelete(Key)
    }
    return {}
  }
}
