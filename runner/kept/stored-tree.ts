import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Bucket } from '../../shared/aws/clients.ts'
import { getBytes, putObject } from '../../shared/aws/site-store.ts'

/** Bytes of a listing. Trees that are larger than this are not cloned. */
const MOST_BYTES = 64 * 1024 * 1024

/** Stores the paths and ids of a tree's files. */
export async function putTree(bucket: Bucket, key: string, files: ReadonlyMap<string, string>): Promise<void> {
  const listing = [...files].map(([path, id]) => `${id} ${path}\0`).join('')
  await putObject(bucket, key, await promisify(gzip)(listing), 'application/gzip')
}

/** Reads what {@link putTree} has stored; undefined if there is nothing, or it is unreadable. */
export async function getTree(bucket: Bucket, key: string): Promise<ReadonlyMap<string, string> | undefined> {
  const bytes = await getBytes(bucket, key)
  const unzip = async (zipped: Buffer) => await promisify(gunzip)(zipped, { maxOutputLength: MOST_BYTES })
  const listing = bytes && (await unzip(bytes).catch(() => undefined))?.toString('utf8')
  if (listing === undefined) return undefined
  const entries = listing.split('\0').slice(0, -1)
  return new Map(
    entries.map((entry): [string, string] => {
      const space = entry.indexOf(' ')
      return [entry.slice(space + 1), entry.slice(0, space)]
    }),
  )
}
