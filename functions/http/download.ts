import type { PublishedSite } from '../../shared/site.ts'
import type { Resources } from '../resources.ts'
import { packSite } from './pack-site.ts'
import type { Reply } from './reply.ts'
import type { Call } from './serve.ts'

/** Replies with a site as an archive with one top folder, named after these parts. */
export function download(
  { bucket }: Resources<'bucket'>,
  { event }: Pick<Call, 'event'>,
  site: PublishedSite,
  parts: readonly string[],
): Reply<undefined> {
  const folder = folderName(parts.join('-'))
  const headers = { 'Content-Type': 'application/gzip', 'Content-Disposition': attachment(`${folder}${SUFFIX}`) }
  return event.httpMethod === 'HEAD'
    ? { status: 200, headers }
    : { status: 200, headers, body: packSite(bucket, site.prefix, folder) }
}

const SUFFIX = '-docs.tar.gz'
/** The maximum length of a file name on common file systems, in bytes. */
const LONGEST_NAME = 255

/** Changes the name only as far as file systems require: control characters and separators, Windows' included, become dashes. */
function folderName(text: string): string {
  let name = ''
  for (const character of text.replaceAll(/[/\\\p{Cc}]/gu, '-')) {
    if (Buffer.byteLength(name + character + SUFFIX) > LONGEST_NAME) break
    name += character
  }
  return name
}

/** The header of RFC 6266: the name in UTF-8, plus an ASCII approximation for older clients. */
function attachment(fileName: string): string {
  const ascii = fileName.replaceAll(/[^\x20-\x7e]|["\\]/gu, '_')
  const encoded = encodeURIComponent(fileName).replaceAll(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
