import type { PublishedSite } from '../../shared/site.ts'
import type { Resources } from '../resources.ts'
import { packSite } from './pack-site.ts'
import type { Reply } from './reply.ts'
import type { Call } from './serve.ts'

/** A site as an archive with one top folder, named by these parts. */
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
/** Bytes of the longest name that file systems take. */
const LONGEST_NAME = 255

/** Changed only where no file system takes it. */
function folderName(text: string): string {
  let name = ''
  for (const character of text.replaceAll(/[/\0]/g, '-')) {
    if (Buffer.byteLength(name + character + SUFFIX) > LONGEST_NAME) break
    name += character
  }
  return name
}

/** RFC 6266: the name in UTF-8, and for clients that do not know that form as far as ASCII can say it. */
function attachment(fileName: string): string {
  const ascii = fileName.replaceAll(/[^\x20-\x7e]|["\\]/gu, '_')
  const encoded = encodeURIComponent(fileName).replaceAll(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
