import type * as z from 'zod'
import type { Bucket } from '../../shared/aws/clients.ts'
import { getText } from '../../shared/aws/site-store.ts'
import type { Log } from '../../shared/log.ts'
import { parseJson } from '../../shared/parse-json.ts'

/**
 * Reads the JSON stored under this key. Undefined when there is none, or when it is unreadable: cut off, garbled, or from another
 * version. The caller then makes it as if it were missing, and the log says why.
 */
export async function readStored<Schema extends z.ZodType>(
  bucket: Bucket,
  key: string,
  schema: Schema,
  log: Log,
): Promise<z.output<Schema> | undefined> {
  const text = await getText(bucket, key)
  if (text === undefined) return undefined
  const read = schema.safeParse(parseJson(text))
  if (!read.success) log.warn(`${nameOf(key)} is stored but unreadable; making it again`)
  return read.data
}

/** Without the variant's key and the scope, which mean nothing to people. */
const nameOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1)
