import type * as z from 'zod'
import type { Bucket } from '../../shared/aws/clients.ts'
import { getText } from '../../shared/aws/site-store.ts'
import type { Log } from '../../shared/log.ts'
import { parseJson } from '../../shared/parse-json.ts'

/**
 * What was stored as JSON under this key. Undefined when there is nothing, and when it cannot be read: cut off, garbled, or of
 * another version. It is then made again like something that is not there, and the log says why.
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
  if (!read.success) log.warn(`${nameOf(key)} is stored but cannot be read: it is made again`)
  return read.data
}

/** Without the variant's key and the scope, which tell a person nothing. */
const nameOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1)
