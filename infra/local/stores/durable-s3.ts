import { createHash } from 'node:crypto'
import type { Log } from '../../../shared/log.ts'
import { diskFault } from './disk.ts'
import type { Internals, Persistence, Stores } from './fauxqs-internals.ts'

type S3Object = ReturnType<Stores['s3Store']['getObject']>

/** fauxqs's object store, fixed to report errors correctly when the disk is full or damaged. */
export function durableS3Store(S3Store: Internals['S3Store'], persistence: Persistence, log: Log): Stores['s3Store'] {
  class DurableS3Store extends S3Store {
    /** Treats a damaged object as missing, so that it is made again. */
    override getObject(bucket: string, key: string): S3Object {
      try {
        const object = super.getObject(bucket, key)
        if (isIntact(object)) return object
        log.error(`S3 has lost ${key}: the stored object is damaged.`)
      } catch (error) {
        if (isAnswer(error) || diskFault(error)) throw error
        log.error(`S3 has lost ${key}: the stored object cannot be read.`, { error })
      }
      this.#forget(bucket, key)
      return super.getObject(bucket, key)
    }

    /** Deletes from disk first. fauxqs drops it from memory first, so a failed delete would hide the object until the next start. */
    override deleteObject(bucket: string, key: string): void {
      persistence.deleteObject(bucket, key)
      super.deleteObject(bucket, key)
    }

    #forget(bucket: string, key: string): void {
      try {
        super.deleteObject(bucket, key)
      } catch {
        // It may reappear at the next start.
      }
    }
  }
  return new DurableS3Store()
}

const isAnswer = (error: unknown): boolean => error instanceof Error && error.name === 'S3Error'

/** The ETag of a multipart upload (with a `-`) is not a hash of the whole object. */
const isIntact = ({ body, etag }: S3Object): boolean =>
  etag.includes('-') || etag === `"${createHash('md5').update(body).digest('hex')}"`
