import { LONGEST_URL, pagePosition, parseRepositoryUrl, type RepositoryAddress } from './repository-address.ts'

/** What somebody means who pasted something like the address of a repository. */
export interface PastedAddress {
  repository: RepositoryAddress
  /** The branch of the page that was pasted; if it has a slash, only the part in front of it. */
  branch?: string
}

/**
 * Reads what people copy from a browser or a terminal: the address of a page of a branch, with a query, a fragment or a user, without
 * a scheme, or with `ssh://`. Undefined if no repository can be meant.
 */
export function readPastedAddress(text: string): PastedAddress | undefined {
  if (text.length > LONGEST_URL) return undefined
  const trimmed = text.trim()
  const ssh = /^ssh:\/\/(?:[^\s/@]+@)?([^\s/@:]+)(?::\d+)?\/([^\s?#]+)/i.exec(trimmed)
  if (ssh) return of(parseRepositoryUrl(`git@${ssh[1]}:${ssh[2]}`))
  if (/^git@/i.test(trimmed)) return of(parseRepositoryUrl(trimmed.split(/[?#]/, 1)[0] ?? ''))
  const url = URL.parse(hasScheme(trimmed) ? trimmed : `https://${trimmed}`)
  if (!url || !/^https?:$/.test(url.protocol) || !(hasScheme(trimmed) || url.host.includes('.'))) return undefined
  const segments = url.pathname.split('/').filter(Boolean)
  const page = pagePosition(segments)
  const path = segments.slice(0, page).join('/')
  return of(
    parseRepositoryUrl(`${url.origin}/${path}`),
    page === undefined ? undefined : branchIn(segments.slice(page)),
  )
}

const hasScheme = (text: string): boolean => /^[a-z][a-z\d+.-]*:\/\//i.test(text)

const of = (repository: RepositoryAddress | undefined, branch?: string): PastedAddress | undefined =>
  repository && { repository, ...(branch === undefined ? {} : { branch }) }

/** `tree/<branch>/…`, after `-` on some servers. */
function branchIn(page: string[]): string | undefined {
  const [kind = '', name = ''] = page[0] === '-' ? page.slice(1) : page
  if (!['tree', 'blob', 'raw', 'blame', 'commits'].includes(kind)) return undefined
  const branch = decoded(name)
  return mayBeBranch(branch) && !isCommit(branch) ? branch : undefined
}

/** The rule of a branch's name without its schema, which a browser would have to load. */
const mayBeBranch = (name: string): boolean =>
  name !== '' &&
  new TextEncoder().encode(name).length <= 255 &&
  name.isWellFormed() &&
  !/[\0~]|^-|^(\.{1,2}|claude|gemini|cursor)$/.test(name)

const isCommit = (name: string): boolean => /^[\da-f]{40}([\da-f]{24})?$/.test(name)

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return ''
  }
}
