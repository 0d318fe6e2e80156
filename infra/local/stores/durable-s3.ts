import { createHash } from 'node:crypto'
import type { Log } from '../../../shared/log.ts'
import { diskFault } from './disk.ts'
import type { Internals, Persistence, Stores } from './fauxqs-internals.ts'

type S3Object = ReturnType<Stores['s3Store']['getObject']>

/** fauxqs's store for objects, made to tell the truth about a disk that is full or damaged. */
export function durableS3Store(S3Store: Internals['S3Store'], persistence: Persistence, log: Log): Stores['s3Store'] {
  class DurableS3Store extends S3Store {
    /** An object that is no longer what was stored is not there: whoever needs it makes it again. */
    override getObject(bucket: string, key: string): S3Object {
      try {
        const object = super.getObject(bucket, key)
        if (isIntact(object)) return object
        log.error(`S3 has lost ${key}: it is damaged on the disk.`)
      } catch (error) {
        if (isAnswer(error) || diskFault(error)) throw error
        log.error(`S3 has lost ${key}: it cannot be read.`, { error })
      }
      this.#forget(bucket, key)
      return super.getObject(bucket, key)
    }

    /** fauxqs forgets an object first: one that cannot be deleted would be gone until the next start. */
    override deleteObject(bucket: string, key: string): void {
      persistence.deleteObject(bucket, key)
      super.deleteObject(bucket, key)
    }

    #forget(bucket: string, key: string): void {
      try {
        super.deleteObject(bucket, key)
      } catch {
        // Forgotten until the next start finds it again.
      }
    }
  }
  return new DurableS3Store()
}

const isAnswer = (error: unknown): boolean => error instanceof Error && error.name === 'S3Error'

/** Of an object that came in parts the ETag is no hash of the whole. */
const isIntact = ({ body, etag }: S3Object): boolean =>
  etag.includes('-') || etag === `"${createHash('md5').update(body).digest('hex')}"`
