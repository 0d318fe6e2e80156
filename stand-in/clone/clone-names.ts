import { readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'

/** The repository's name in the URL it was cloned or fetched from; undefined when git recorded none. */
export function remoteName(root: string): string | undefined {
  const [, cloned = ''] = /^[ \t]*url[ \t]*=[ \t]*(\S.*)$/m.exec(read(root, 'config')) ?? []
  // The commit, a note and the URL, which often follows `branch 'main' of `.
  const [, fetched = ''] = /^\S+\t[^\t]*\t(?:.*?' of )?(.+)$/m.exec(read(root, 'FETCH_HEAD')) ?? []
  return nameIn(cloned) ?? nameIn(fetched)
}

/** The id of the commit that a clone has checked out; undefined if git doesn't say. */
export function headCommit(root: string): string | undefined {
  const head = read(root, 'HEAD').trim()
  const ref = /^ref: (\S+)$/.exec(head)?.[1]
  const packed = read(root, 'packed-refs')
    .split('\n')
    .find((line) => ref && line.endsWith(` ${ref}`))
  const id = ref ? read(root, ref).trim() || packed?.split(' ')[0] : head
  return id && /^[0-9a-f]{40,64}$/.test(id) ? id : undefined
}

/** The last part of a URL such as `https://host/owner/name.git`, `git@host:name` or `file:///folder/name`. */
function nameIn(address: string): string | undefined {
  const path = address.trim().replace(/(?<!\/)\/+$/, '')
  const [, name] = (path.includes('/') ? /\/([^/]+)$/ : /:([^:]+)$/).exec(path) ?? []
  return name && decoded(name.replace(/\.git$/, ''))
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** The folder's name; undefined for a generic one such as `clone` or `src`. */
export function folderName(root: string): string | undefined {
  const name = basename(resolve(root))
  return /^(clone|checkout|repo(sitory)?|src|source|work(space|dir)?|tmp|)$/i.test(name) ? undefined : name
}

function read(root: string, file: string): string {
  try {
    return readFileSync(join(root, '.git', file), 'utf8')
  } catch {
    return ''
  }
}
