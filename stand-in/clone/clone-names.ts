import { readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'

/** What the repository is called where it was cloned or fetched from; undefined where git noted no address. */
export function remoteName(root: string): string | undefined {
  const [, cloned = ''] = /^\s*url\s*=\s*(.+)$/m.exec(read(root, 'config')) ?? []
  // The commit, a note and the address, which often stands behind `branch 'main' of `.
  const [, fetched = ''] = /^\S+\t[^\t]*\t(?:.*?' of )?(.+)$/m.exec(read(root, 'FETCH_HEAD')) ?? []
  return nameIn(cloned) ?? nameIn(fetched)
}

/** The last part of an address such as `https://host/owner/name.git`, `git@host:name` or `file:///folder/name`. */
function nameIn(address: string): string | undefined {
  const path = address.trim().replace(/\/+$/, '')
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

/** What the folder is called; undefined for a name that says nothing about the project. */
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
